import { isJsonObject } from "../../json.ts";
import type { Edit, Edited, Edits } from "./edit.ts";
import { appended, markedBlock, type Unmarked, unended, unmarked, withoutBlock } from "./marked-block.ts";

/** Scalars, or mappings of them: as JSON they stand on a line of their own. */
type Members = Readonly<Record<string, string | number | Readonly<Record<string, number>>>>;

const notUnderstood: Edited = { refusal: "it is laid out in a way that is not understood" };

/** Sets top-level members of a YAML file as a marked block at its end. */
export function yamlMembers(members: Members): Edits {
  const marked = markedBlock(yamlLines(members));
  const write: Edit = (text) => {
    const rest = withoutBlock(text);
    if (!rest) return unended;
    const old = parsed(rest.before + rest.after);
    if (old === undefined) return { refusal: "it is not a YAML mapping" };
    const taken = Object.keys(members).filter((key) => key in old);
    if (taken.length > 0) return { refusal: `it already sets ${taken.join(", ")}` };
    const result = rest.body ? rest.before + marked + rest.after : appended(text, marked);
    return checked(result, { ...old, ...members });
  };
  return { write, undo: unmarked };
}

/** Adds an item to a top-level list of a YAML file; `opening` holds the members that a new file begins with. */
export function yamlListItem(list: string, item: Members, opening: Members): Edits {
  const [first = "", ...others] = yamlLines(item);
  const itemLines = [`- ${first}`, ...others.map((line) => `  ${line}`)];
  const listLines = [`${list}:`, ...itemLines.map((line) => `  ${line}`)];
  const fileLines = [...yamlLines(opening), ...listLines];
  const itemsBelow = new RegExp(
    `^${list}:[ \\t]*(?:#[^\\n]*)?\\n(?=(?:[ \\t]*(?:#[^\\n]*)?\\n)*([ \\t]*)- )`,
    "m",
  );

  const renewed = ({ before, body, indent, after }: Unmarked): Edited => {
    const likeBefore = [itemLines, listLines].find(([line]) => line?.[0] === body?.[0]?.[0]) ?? fileLines;
    const text = before + markedBlock(likeBefore, indent) + after;
    const items = parsed(text)?.[list];
    const isThere = Array.isArray(items) && items.some((each) => Bun.deepEquals(each, item));
    return isThere ? { text } : notUnderstood;
  };

  const write: Edit = (text) => {
    const rest = withoutBlock(text);
    if (!rest) return unended;
    if (rest.body) return renewed(rest);
    if (text.trim() === "") return { text: markedBlock(fileLines) };
    const old = parsed(text);
    if (!old) return { refusal: "it is not a YAML mapping" };
    if (!(list in old)) return checked(appended(text, markedBlock(listLines)), { ...old, [list]: [item] });
    const place = itemsBelow.exec(text);
    if (!place || !Array.isArray(old[list])) return notUnderstood;
    const at = place.index + place[0].length;
    const result = text.slice(0, at) + markedBlock(itemLines, place[1]) + text.slice(at);
    return checked(result, { ...old, [list]: [item, ...old[list]] });
  };
  return { write, undo: unmarked };
}

const yamlLines = (members: Members) =>
  Object.entries(members).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);

/** An empty file is an empty mapping; undefined for anything but a mapping. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = Bun.YAML.parse(text) ?? {};
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** YAML has many ways to write the same thing: what does not read back as meant is not written. */
const checked = (text: string, meant: unknown): Edited =>
  Bun.deepEquals(parsed(text), meant) ? { text } : notUnderstood;
