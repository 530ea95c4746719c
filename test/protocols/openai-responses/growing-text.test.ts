import { expect, test } from "bun:test";
import fc from "fast-check";
import { growingText } from "../../../src/protocols/openai-responses/growing-text.ts";

test("a text is what its pieces say, however many there are and whenever it is asked for", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { maxLength: 200 }), { maxLength: 5 }), (parts) => {
      const text = growingText();
      let joined = "";
      for (const pieces of parts) {
        for (const piece of pieces) text.add(piece);
        joined += pieces.join("");
        expect(text.whole()).toBe(joined);
      }
    }),
  );
});
