const maxLength = 100;

// Whatever may end a line, or control the terminal of whoever reads the log.
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** A name from outside, fit for the log: on one line, and no longer than it takes to recognize it. */
export function brief(text: string): string {
  const start = text.slice(0, maxLength).replace(controls, " ");
  return text.length > maxLength ? `${start}…` : start;
}
