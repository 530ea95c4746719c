import { expect, test } from "bun:test";
import { encodeResponse } from "../../../src/protocols/openai-responses/encode.ts";
import { createResponseStore, type StoredResponse } from "../../../src/protocols/openai-responses/store.ts";

const echo = {
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  tool_choice: "auto" as const,
  tools: [],
};
const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true };

/** A response with one small item, which answers so much text. */
function stored(name: string, asked: number): StoredResponse {
  const identity = { id: `resp_${name}`, model: "auto", createdAt: 0, inputTokens: 1 };
  const shown = {
    origins: new Map(),
    includeReasoning: false,
    includeSources: false,
    previousResponseId: null,
  };
  const end = { type: "turn-end" as const, stopReason: "end" as const, stopSequence: null, usage };
  return {
    response: encodeResponse({ ...identity, ...shown, echo }, { parts: [], end }),
    input: [{ role: "user", content: "x".repeat(asked) }],
    output: [{ type: "reasoning", id: `rs_${name}`, encrypted_content: "c2ln" }],
    begunWith: [],
  };
}

test("responses give way by their size, not by their number, and their items stay", () => {
  const store = createResponseStore({ responseBytes: 1_000_000, itemBytes: 100_000 });
  for (let index = 0; index < 300; index++) store.put(stored(`small${index}`, 10));
  expect(store.get("resp_small0")).toBeDefined();
  for (const name of ["large", "larger"]) store.put(stored(name, 300_000));
  expect(store.get("resp_large")).toBeUndefined();
  expect(store.get("resp_larger")).toBeDefined();
  expect(store.item("rs_large")).toMatchObject({ encrypted_content: "c2ln" });
});

test("a response that is removed takes its items with it", () => {
  const store = createResponseStore({ responseBytes: 10_000, itemBytes: 10_000 });
  store.put(stored("a", 1));
  expect([store.remove("resp_a"), store.remove("resp_a")]).toEqual([true, false]);
  expect(store.item("rs_a")).toBeUndefined();
});
