import type { Edit, Edited } from "./edit.ts";

const begin = "# >>> aqbridge >>>";
const end = "# <<< aqbridge <<<";

/** A text around the lines that this program once added; `body` holds those lines, without their indentation. */
export interface Unmarked {
  before: string;
  body: readonly string[] | undefined;
  indent: string;
  after: string;
}

const block = new RegExp(`^([ \\t]*)${begin}[^\\n]*\\n([\\s\\S]*?)^[ \\t]*${end}[ \\t\\r]*(?:\\n|$)`, "m");

/** Undefined when the block was begun and never ended. */
export function withoutBlock(text: string): Unmarked | undefined {
  const found = block.exec(text);
  if (!found)
    return text.includes(begin) ? undefined : { before: text, body: undefined, indent: "", after: "" };
  const [whole, indent = "", body = ""] = found;
  return {
    before: text.slice(0, found.index),
    body: body
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(indent.length)),
    indent,
    after: text.slice(found.index + whole.length),
  };
}

export const unended: Edited = { refusal: "its aqbridge block has lost its last line" };

/** Removes the block again, and the empty line before it where it was the end. */
export const unmarked: Edit = (text) => {
  const rest = withoutBlock(text);
  if (!rest) return unended;
  if (!rest.body) return { text };
  if (rest.after.trim() !== "") return { text: rest.before + rest.after };
  return { text: rest.before.replace(/(?<=\n)\r?\n$/, "") };
};

/** The lines between two markers. */
export const markedBlock = (lines: readonly string[], indent = ""): string =>
  [`${begin} (made by \`aqbridge setup\`, which replaces it)`, ...lines, end]
    .map((line) => `${indent}${line}\n`)
    .join("");

/** The text with the block at its end, after one more empty line. */
export const appended = (text: string, marked: string): string =>
  text.trim() === "" ? marked : `${text}${text.endsWith("\n") ? "" : "\n"}\n${marked}`;
