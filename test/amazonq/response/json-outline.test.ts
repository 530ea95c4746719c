import { expect, test } from "bun:test";
import fc from "fast-check";
import { createJsonOutline } from "../../../src/amazonq/response/json-outline.ts";
import { parseJsonObject } from "../../../src/json.ts";

const outlineOf = (pieces: readonly string[], atOnce = 1) => {
  const outline = createJsonOutline(atOnce);
  for (const piece of pieces) outline.push(piece);
  return outline;
};

/** A text cut at each of these places. */
const cutAt = (text: string, places: readonly number[]): string[] => {
  const inside = places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b);
  return [...inside, text.length].map((place, index) => text.slice(inside[index - 1] ?? 0, place));
};

const json = fc.json({ maxDepth: 3 });
/** Nothing but what JSON is made of, in any order. */
const soup = fc
  .array(
    fc.constantFrom(...'{}[]:," \\/u0e1-+.tnabf\n\u0001\u007fé', '\\"', "\\u00e9", "true", '{"a":"', '"}'),
  )
  .map((parts) => parts.join(""));
const damaged = fc
  .tuple(json, fc.nat(), soup)
  .map(
    ([text, place, more]) =>
      text.slice(0, place % (text.length + 1)) + more + text.slice(place % (text.length + 1)),
  );

test("pieces are an object exactly when JSON.parse takes them together for one", () => {
  const text = fc.oneof(
    json,
    soup,
    damaged,
    soup.map((inner) => `{"a":"${inner}"}`),
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), fc.nat(9), (whole, places, atOnce) => {
      const outline = outlineOf(cutAt(whole, places), atOnce);
      expect(outline.isObject).toBe(parseJsonObject(whole) !== undefined);
      expect(outline.isEmpty).toBe(whole === "");
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ["an escape that is cut", ['{"a":"\\', '"b"}'], true],
  ["an escape of four digits that is cut anywhere", ['{"a":"\\u', "00", 'e9"}'], true],
  ["an escape of too few digits", ['{"a":"\\u0', '0e"}'], false],
  ["a line end in a text", ['{"a":"b', "\n", 'c"}'], false],
  ["a text that is not closed", ['{"a":"b', "}"], false],
  ["an array", ["[{", "}]"], false],
])("%s", (_, pieces, isObject) => {
  expect(outlineOf(pieces).isObject).toBe(isObject);
});
