const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

interface Span {
  start: number;
  end: number;
}

/**
 * The text of a JSON object with some of its members set, every other character as it was: who wrote it may care for
 * numbers, orders and members that a parser does not keep. `text` must be one that `JSON.parse` takes for an object.
 */
export function setMembers(text: string, values: Readonly<Record<string, string>>): string {
  const replacements = new Map(Object.entries(values));
  const missing = new Map(replacements);
  let result = "";
  let copied = 0;
  let isEmpty = true;
  for (const { name, value } of members(text)) {
    isEmpty = false;
    const replacement = replacements.get(name);
    if (replacement === undefined) continue;
    missing.delete(name);
    result += text.slice(copied, value.start) + JSON.stringify(replacement);
    copied = value.end;
  }
  const rest = text.slice(copied);
  if (missing.size === 0) return result + rest;
  const added = [...missing].map((member) => member.map((part) => JSON.stringify(part)).join(":"));
  return result + rest.replace(/\s*\}\s*$/, (close) => (isEmpty ? "" : ",") + added.join() + close);
}

/** The object's own members, not those of the objects inside it. */
function* members(text: string): Generator<{ name: string; value: Span }> {
  let depth = 0;
  let parts: RegExpExecArray[] = [];
  for (const part of text.matchAll(token)) {
    const [sign] = part;
    if (sign === "}" || sign === "]") depth--;
    if (depth === 0 || (depth === 1 && sign === ",")) {
      yield* memberOf(parts);
      parts = [];
    } else parts.push(part);
    if (sign === "{" || sign === "[") depth++;
  }
}

/** The member that these tokens spell: its name, a colon and its value. */
function* memberOf(parts: readonly RegExpExecArray[]): Generator<{ name: string; value: Span }> {
  const [name, , first] = parts;
  const last = parts.at(-1);
  if (name === undefined || first === undefined || last === undefined) return;
  yield {
    name: String(JSON.parse(name[0])),
    value: { start: first.index, end: last.index + last[0].length },
  };
}
