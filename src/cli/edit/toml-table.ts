import type { Edit, Edits } from "./edit.ts";
import { appended, markedBlock, unended, unmarked, withoutBlock } from "./marked-block.ts";

/** Adds a table `[parent.name]` to a TOML file as a marked block at its end, where a table can always stand. */
export function tomlTable(
  parent: string,
  name: string,
  values: Readonly<Record<string, string | boolean>>,
): Edits {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const body = [`[${parent}.${name}]`, ...lines];
  const foreign = new RegExp(
    `^[ \\t]*(\\[[ \\t]*${parent}[ \\t]*\\.[ \\t]*["']?${name}["']?[ \\t]*[.\\]]|${parent}[ \\t]*[.=])`,
    "m",
  );
  const write: Edit = (text) => {
    const rest = withoutBlock(text);
    if (!rest) return unended;
    if (foreign.test(rest.before + rest.after))
      return { refusal: `it already has a ${parent} entry for ${name}` };
    const marked = markedBlock(body);
    return { text: rest.body ? rest.before + marked + rest.after : appended(text, marked) };
  };
  return { write, undo: unmarked };
}
