const maxLength = 100;

// What ends a line somewhere, or drives the terminal of whoever reads the log.
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** What somebody else has named, fit for a line of the log: on one line, and no longer than it takes to know it again. */
export function brief(text: string): string {
  const start = text.slice(0, maxLength).replace(controls, " ");
  return text.length > maxLength ? `${start}…` : start;
}
