/** Whether a text shows nothing at all; services refuse blank messages, and some count control characters as blank. */
export const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}]/u.test(text);

/** R21: the text as UTF-8 and JSON can carry it, without NUL. Nothing is copied unless it must change. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes("\0") ? wellFormed.replaceAll("\0", "") : wellFormed;
}

/** The texts that are not blank, cleaned, a blank line between them. */
export const joinTexts = (texts: readonly string[]): string =>
  cleanText(texts.filter((text) => !isBlank(text)).join("\n\n"));

/** A text in pieces of at most `limit` UTF-16 units, cut behind a line where one ends late enough, never inside a character. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > limit) {
    const end = cutBefore(text, start, start + limit);
    pieces.push(text.slice(start, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}

function cutBefore(text: string, start: number, end: number): number {
  // Of the piece alone: through the whole text each piece would be looked for again.
  const line = start + text.slice(start, end).lastIndexOf("\n") + 1;
  if (line > start + (end - start) / 2) return line;
  return isLowSurrogate(text.charCodeAt(end)) ? end - 1 : end;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
