import { type JsonValue, parseJson } from "../json.ts";
import { parseJsonc } from "./parse.ts";
import { type JsoncMember, type JsoncValue, jsoncTree, skipBlanks } from "./tree.ts";

export interface JsonMember {
  path: readonly string[];
  value: JsonValue;
  /** Leaves what is there already. */
  isDefault?: true;
}

/**
 * The text of a JSON object, with or without comments, in which one member is set and every other character is kept: its
 * author may care about the layout, and about numbers, order and duplicates that a parser would lose. Undefined when a
 * value on the path is not an object.
 */
export function withMember(text: string, { path, value, isDefault }: JsonMember): string | undefined {
  let parent = jsoncTree(text);
  for (const [depth, key] of path.entries()) {
    if (!parent.members) return undefined;
    const child = parent.members.get(key);
    if (!child) return inserted(text, parent, key, nested(path.slice(depth + 1), value));
    if (depth === path.length - 1) return isDefault ? text : replaced(text, child, value);
    parent = child;
  }
  return text;
}

/** The same for several members of the object itself; `text` must be known to hold an object. */
export const withMembers = (text: string, values: Readonly<Record<string, JsonValue>>): string =>
  Object.entries(values).reduce(
    (changed, [name, value]) => withMember(changed, { path: [name], value }) ?? changed,
    text,
  );

/** The text without that member; with a value given, only if the member has it, without comments inside. */
export function withoutMember(text: string, path: readonly string[], value?: JsonValue): string {
  let place: JsoncValue | undefined = jsoncTree(text);
  let member: JsoncMember | undefined;
  for (const key of path) place = member = place?.members?.get(key);
  if (!member) return text;
  const found = parseJson(text.slice(member.start, member.end));
  if (value !== undefined && !Bun.deepEquals(found, value)) return text;
  // Of two with the same key, the first counts once the last is gone.
  return withoutMember(cut(text, member), path, value);
}

/** Also removes the comma after it, else the one before it, and its line where nothing else is left on that. */
function cut(text: string, { keyStart, end, commaBefore }: JsoncMember): string {
  const next = skipBlanks(text, end);
  const comma = text[next] === "," ? next : commaBefore;
  const before = text.slice(0, keyStart);
  const after = text.slice(end);
  const head = comma !== undefined && comma < keyStart ? withoutAt(before, comma) : before;
  const tail = comma !== undefined && comma >= end ? withoutAt(after, comma - end) : after;
  const isOnlyOne = /(^|\n)[ \t]*$/.test(head) && /^[ \t]*\r?\n/.test(tail);
  return isOnlyOne ? head.replace(/[ \t]*$/, "") + tail.replace(/^[ \t]*\r?\n/, "") : head + tail;
}

const withoutAt = (text: string, at: number): string => text.slice(0, at) + text.slice(at + 1);

const nested = (path: readonly string[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);

function replaced(text: string, { start, end }: JsoncValue, value: JsonValue): string {
  if (Bun.deepEquals(parseJsonc(text.slice(start, end)), value)) return text;
  return text.slice(0, start) + spelled(value, text, lineIndent(text, start)) + text.slice(end);
}

/** As the last member: a comma after the previous last one, and the rest just before the closing brace. */
function inserted(text: string, object: JsoncValue, key: string, value: JsonValue): string {
  const outer = lineIndent(text, object.start);
  const indent = outer + indentUnit(text);
  const closing = object.end - 1;
  const last = [...(object.members?.values() ?? [])].reduce((end, member) => Math.max(end, member.end), 0);
  const needsComma = last > 0 && text[skipBlanks(text, last)] !== ",";
  const head = needsComma ? `${text.slice(0, last)},${text.slice(last, closing)}` : text.slice(0, closing);
  const line = `${indent}${JSON.stringify(key)}: ${spelled(value, text, indent)}`;
  return [head.trimEnd(), line, outer + text.slice(closing)].join(lineBreak(text));
}

const spelled = (value: JsonValue, text: string, indent: string): string =>
  JSON.stringify(value, null, indentUnit(text)).replaceAll("\n", lineBreak(text) + indent);

const lineBreak = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");

const indentUnit = (text: string): string => /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";

/** The blanks at the start of a position's line. */
function lineIndent(text: string, at: number): string {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? "";
}
