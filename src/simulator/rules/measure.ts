/** Whether a text has more code points than that; looks at its characters only when its length leaves a doubt. */
export function exceeds(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  let count = 0;
  for (const _ of text) if (++count > limit) return true;
  return false;
}

/** Stops at the first character that shows. */
export const isBlank = (text: string): boolean => !/\S/.test(text);
