import { onOneLine } from "../one-line.ts";

const maxLength = 100;

/** A name from outside, fit for the log: on one line, and no longer than it takes to recognize it. */
export function brief(text: string): string {
  const start = onOneLine(text.slice(0, maxLength));
  return text.length > maxLength ? `${start}…` : start;
}
