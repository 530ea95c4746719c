/** Whether a text shows nothing; services refuse blank messages, and some count control characters as blank. */
export const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}]/u.test(text);

/** R21: the text without NUL and with U+FFFD for lone surrogates. A clean text is not copied. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes("\0") ? wellFormed.replaceAll("\0", "") : wellFormed;
}

/** The texts that are not blank, cleaned, with blank lines between them. */
export const joinTexts = (texts: readonly string[]): string =>
  cleanText(texts.filter((text) => !isBlank(text)).join("\n\n"));

/** A text in pieces of at most `limit` UTF-16 units, cut after a line if one ends late enough, never inside a character. */
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
  // Only in the piece: a search in the whole text would make the time quadratic.
  const line = start + text.slice(start, end).lastIndexOf("\n") + 1;
  if (line > start + (end - start) / 2) return line;
  return isLowSurrogate(text.charCodeAt(end)) ? end - 1 : end;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
