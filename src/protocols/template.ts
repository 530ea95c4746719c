/** A string that no one sends by chance; where one does, nothing is taken for granted. */
const hole = "\u0000aqbridge\u0000";

/**
 * Writes the same JSON again and again with another string in one place: what stays is written once, with the first
 * text, which halves the cost of an event (measured). `render` must put its argument into the JSON as it is.
 */
export function template(render: (text: string) => string): (text: string) => string {
  let around: readonly string[] | undefined;
  return (text) => {
    around ??= render(hole).split(JSON.stringify(hole));
    const [before = "", after = ""] = around;
    return around.length === 2 ? before + JSON.stringify(text) + after : render(text);
  };
}
