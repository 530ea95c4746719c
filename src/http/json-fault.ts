const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma, colon] = [code('"'), code("\\"), code(","), code(":")];
const [brace, closingBrace, bracket, closingBracket] = [code("{"), code("}"), code("["), code("]")];
const [minus, point, zero, nine] = [code("-"), code("."), code("0"), code("9")];

const setOf = (characters: string) => new Set([...characters].map(code));
const [spaces, signs, exponents] = [setOf(" \t\r\n"), setOf("+-"), setOf("eE")];
const [escapes, hexDigits] = [setOf('"\\/bfnrtu'), setOf("0123456789abcdefABCDEF")];
const words = new Map(["true", "false", "null"].map((word) => [code(word), [...word].map(code)]));

/**
 * The offset of the first byte at which UTF-8 text stops being JSON, or its length where it only ends too early; undefined
 * for JSON. The runtime's parser does not tell. Recursive, so only for text whose depth has been checked.
 */
export function jsonFaultAt(bytes: Uint8Array): number | undefined {
  let at = 0;

  const take = (byte: number): boolean => {
    if (bytes[at] !== byte) return false;
    at++;
    return true;
  };
  const takeOf = (set: ReadonlySet<number>): boolean => {
    if (!set.has(bytes[at] ?? -1)) return false;
    at++;
    return true;
  };
  const space = (): true => {
    while (takeOf(spaces));
    return true;
  };
  const next = (byte: number): boolean => space() && take(byte);
  const digits = (): boolean => {
    const from = at;
    while ((bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= nine) at++;
    return at > from;
  };

  const number = (): boolean => {
    take(minus);
    if (!take(zero) && !digits()) return false;
    if (take(point) && !digits()) return false;
    if (!takeOf(exponents)) return true;
    takeOf(signs);
    return digits();
  };
  const escaped = (): boolean => {
    const isUnicode = bytes[at] === code("u");
    return takeOf(escapes) && (!isUnicode || [1, 2, 3, 4].every(() => takeOf(hexDigits)));
  };
  const string = (): boolean => {
    if (!take(quote)) return false;
    while (!take(quote)) {
      if (take(backslash)) {
        if (!escaped()) return false;
      } else if ((bytes[at] ?? 0) < 0x20) return false;
      else at++;
    }
    return true;
  };
  const listOf = (item: () => boolean, close: number): boolean => {
    if (next(close)) return true;
    do if (!item()) return false;
    while (next(comma));
    return next(close);
  };
  const member = (): boolean => space() && string() && next(colon) && value();
  const value = (): boolean => {
    space();
    if (bytes[at] === quote) return string();
    if (take(brace)) return listOf(member, closingBrace);
    if (take(bracket)) return listOf(value, closingBracket);
    return words.get(bytes[at] ?? -1)?.every(take) ?? number();
  };

  while (at < byteOrderMark.length && bytes[at] === byteOrderMark[at]) at++;
  const isJson = value() && space() && at === bytes.length;
  return isJson ? undefined : at;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];
