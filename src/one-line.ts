/** What others have said, for people to read: without what would end the line, drive a terminal or turn words around. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
