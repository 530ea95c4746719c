import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonFaultAt } from "../../src/http/json-fault.ts";

const faultIn = (text: string) => jsonFaultAt(new TextEncoder().encode(text));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Mostly JSON, and text of its characters in any order. */
const texts = fc.oneof(
  fc.json(),
  fc.string({ unit: fc.constantFrom(...'{}[],:"\\ u019aefnlrstE.-+\n\té') }),
  fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, wedge]) => {
    const index = at % (json.length + 1);
    return json.slice(0, index) + wedge + json.slice(index);
  }),
);

test("finds a fault in exactly the texts that the runtime's parser rejects", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(faultIn(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 3_000 },
  );
});

test("a text that is cut short has its fault at the end", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const bytes = new TextEncoder().encode(json);
      const cut = bytes.subarray(0, at % bytes.length);
      expect([undefined, cut.length]).toContain(jsonFaultAt(cut));
    }),
    { numRuns: 1_000 },
  );
});

test("text after a fault does not move it", () => {
  fc.assert(
    fc.property(texts, fc.string(), (text, more) => {
      const bytes = new TextEncoder().encode(text);
      const at = jsonFaultAt(bytes) ?? bytes.length;
      if (at === bytes.length) return;
      const other = Buffer.concat([bytes.subarray(0, at + 1), Buffer.from(more)]);
      expect(jsonFaultAt(other)).toBe(at);
    }),
    { numRuns: 1_000 },
  );
});
