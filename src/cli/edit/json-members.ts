import { parseJsonc } from "../../config/jsonc.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import type { Edit } from "./edit.ts";
import { type JsoncValue, jsoncTree, skipBlanks } from "./jsonc-tree.ts";

export interface JsonMember {
  path: readonly string[];
  value: JsonValue;
  /** Leaves what stands there already. */
  isDefault?: true;
}

/** Sets members of a JSON file, keeping its comments, its other members and its layout. */
export function jsonMembers(members: readonly JsonMember[]): Edit {
  return (old) => {
    let text = old.trim() === "" ? "{}\n" : old;
    if (!isJsonObject(parsed(text))) return { refusal: "it is not a valid JSON object" };
    for (const member of members) {
      const changed = withMember(text, member);
      if (changed === undefined) {
        return { refusal: `something else than an object stands on the way to ${member.path.join(".")}` };
      }
      text = changed;
    }
    return { text };
  };
}

function parsed(text: string): unknown {
  try {
    return parseJsonc(text);
  } catch {
    return undefined;
  }
}

/** Undefined when a value that is no object is in the way. */
function withMember(text: string, { path, value, isDefault }: JsonMember): string | undefined {
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

const nested = (path: readonly string[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);

function replaced(text: string, { start, end }: JsoncValue, value: JsonValue): string {
  if (Bun.deepEquals(parsed(text.slice(start, end)), value)) return text;
  return text.slice(0, start) + spelled(value, text, lineIndent(text, start)) + text.slice(end);
}

/** As the last member: a comma behind the one that was last, and the rest just before the closing brace. */
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

/** The blanks that begin the line of a place. */
function lineIndent(text: string, at: number): string {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? "";
}
