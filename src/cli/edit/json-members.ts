import { isJsonObject, type JsonValue } from "../../json.ts";
import { type JsonMember, withMember, withoutMember } from "../../jsonc/members.ts";
import { parseJsonc } from "../../jsonc/parse.ts";
import type { Edited, Edits } from "./edit.ts";

interface JsonSetting extends JsonMember {
  /** Removed again only if it still has this value, since the user may have changed it. */
  isPersonal?: true;
}

export interface JsonRemoval {
  path: readonly string[];
  /** Removed if it has this value; another one is kept. */
  removed: JsonValue;
}

export type JsonChange = JsonSetting | JsonRemoval;

/** Sets and removes members of a JSON file, keeping its comments, its other members and its layout. */
export const jsonMembers = (changes: readonly JsonChange[]): Edits => ({
  write: (text) => edited(text.trim() === "" ? "{}\n" : text, changes, done),
  undo: (text) => (text.trim() === "" ? { text } : edited(text, changes, undone)),
});

function edited(
  old: string,
  changes: readonly JsonChange[],
  change: (text: string, change: JsonChange) => string | undefined,
): Edited {
  if (!isJsonObject(parsed(old))) return { refusal: "it is not a valid JSON object" };
  let text = old;
  for (const each of changes) {
    const changed = change(text, each);
    if (changed === undefined)
      return { refusal: `something other than an object is on the way to ${each.path.join(".")}` };
    text = changed;
  }
  return { text };
}

const done = (text: string, change: JsonChange): string | undefined =>
  "removed" in change ? withoutMember(text, change.path, change.removed) : withMember(text, change);

const undone = (text: string, change: JsonChange): string =>
  withoutEmpty(withoutMember(text, change.path, valueOfOurs(change)), change.path);

/** Undefined for what is ours whatever its value is now. A default may also be the user's own choice. */
function valueOfOurs(change: JsonChange): JsonValue | undefined {
  if ("removed" in change) return change.removed;
  return change.isDefault || change.isPersonal ? change.value : undefined;
}

/** The text without the objects on a path that have become empty. */
const withoutEmpty = (text: string, path: readonly string[]): string =>
  path.reduceRight(
    (left, _, depth) => (depth > 0 ? withoutMember(left, path.slice(0, depth), {}) : left),
    text,
  );

function parsed(text: string): unknown {
  try {
    return parseJsonc(text);
  } catch {
    return undefined;
  }
}
