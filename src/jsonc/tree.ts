/** A value by its place in a JSON text; `end` is after its last character. */
export interface JsoncValue {
  start: number;
  end: number;
  /** Of an object; of two with the same key, the last counts. */
  members?: ReadonlyMap<string, JsoncMember>;
}

export interface JsoncMember extends JsoncValue {
  /** Where its key begins. */
  keyStart: number;
  /** Where the comma before it stands; undefined for an object's first. */
  commaBefore: number | undefined;
}

/** Where the values of a JSON text with comments are; the text must be known to be valid. */
export function jsoncTree(text: string): JsoncValue {
  return valueAt(text, skipBlanks(text, 0));
}

/** The first position from `at` on that is neither blank nor in a comment. */
export const skipBlanks = (text: string, at: number): number => matchAt(blanks, text, at);

const blanks = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const scalar = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:[\]{}/"]+/y;

function matchAt(pattern: RegExp, text: string, at: number): number {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}

function valueAt(text: string, start: number): JsoncValue {
  if (text[start] === "{") return objectAt(text, start);
  if (text[start] === "[") return { start, end: arrayEnd(text, start) };
  return { start, end: matchAt(scalar, text, start) };
}

function objectAt(text: string, start: number): JsoncValue {
  const members = new Map<string, JsoncMember>();
  let commaBefore: number | undefined;
  let at = skipBlanks(text, start + 1);
  while (text[at] === '"') {
    const keyEnd = matchAt(string, text, at);
    const value = valueAt(text, skipBlanks(text, skipBlanks(text, keyEnd) + 1));
    members.set(JSON.parse(text.slice(at, keyEnd)), { ...value, keyStart: at, commaBefore });
    commaBefore = skipBlanks(text, value.end);
    at = afterComma(text, value.end);
  }
  return { start, end: at + 1, members };
}

function arrayEnd(text: string, start: number): number {
  let at = skipBlanks(text, start + 1);
  while (at < text.length && text[at] !== "]") at = afterComma(text, valueAt(text, at).end);
  return at + 1;
}

function afterComma(text: string, end: number): number {
  const at = skipBlanks(text, end);
  return text[at] === "," ? skipBlanks(text, at + 1) : at;
}
