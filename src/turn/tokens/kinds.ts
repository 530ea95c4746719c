import { type Kind, kinds } from "./weights.ts";

/** Each kind's range reaches to the start of the next row. */
const ranges: readonly (readonly [start: number, kind: Kind])[] = [
  [0x00, "punctuation"],
  [0x09, "break"],
  [0x0e, "punctuation"],
  [0x20, "blank"],
  [0x21, "punctuation"],
  [0x30, "digit"],
  [0x3a, "punctuation"],
  [0x41, "capital"],
  [0x5b, "punctuation"],
  [0x61, "word"],
  [0x7b, "punctuation"],
  [0x80, "symbol"],
  [0xc0, "romance"],
  [0x100, "foreign"],
  [0x250, "otherScript"],
  [0x400, "cyrillic"],
  [0x530, "otherScript"],
  [0x1e00, "foreign"],
  [0x1f00, "otherScript"],
  [0x2000, "symbol"],
  [0x3040, "eastAsian"],
  [0xa000, "otherScript"],
  [0xac00, "hangul"],
  [0xd800, "surrogate"],
  [0xe000, "otherScript"],
  [0xf900, "eastAsian"],
  [0xfb00, "otherScript"],
  [0xff00, "symbol"],
];
const exceptions: readonly (readonly [letters: string, kind: Kind])[] = [
  ["ÄÅÆÖØÜßäåæöøü", "foreign"],
  ["Œœ", "romance"],
  ["×÷", "symbol"],
];

/** The kind of each UTF-16 unit, as an index into `kinds`. */
export function numberKinds(): Uint8Array {
  const numbers = new Uint8Array(0x10000);
  for (const [start, kind] of ranges) numbers.fill(kinds.indexOf(kind), start);
  for (const [letters, kind] of exceptions) {
    for (const letter of letters) numbers[letter.charCodeAt(0)] = kinds.indexOf(kind);
  }
  return numbers;
}
