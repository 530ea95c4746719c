import { expect, test } from "bun:test";
import { responseInProgress } from "../../../src/protocols/openai-responses/encode.ts";
import type { InputItem } from "../../../src/protocols/openai-responses/schema.ts";
import { threadOf } from "../../../src/protocols/openai-responses/thread.ts";

const called: InputItem = { type: "function_call", call_id: "1", name: "read", arguments: "{}" };
const said = (id: string, role: string, content: string) => ({
  type: "message" as const,
  id,
  role,
  content,
});
const answered = [{ ...called, id: "fc_1" }, said("msg_1", "assistant", "Let me see.")];
const stored = {
  input: [said("msg_0", "user", "Hello"), { role: "system", content: "Be brief." }],
  output: answered,
  begunWith: [],
  response: responseInProgress({
    ...{ id: "resp_1", model: "auto", createdAt: 0, inputTokens: 1, previousResponseId: null },
    ...{ origins: new Map(), includeReasoning: false, includeSources: false },
    echo: { instructions: null, metadata: {}, parallel_tool_calls: true, tool_choice: "auto", tools: [] },
  }),
};
const store = { get: () => stored, item: () => undefined };
const goingOn = (...input: readonly InputItem[]) =>
  threadOf({ model: "auto", previous_response_id: "resp_1", input: [...input] }, store).input;

test("items of the answer that a request goes on from are not said twice, though a client sends them again", () => {
  const result: InputItem = { type: "function_call_output", call_id: "1", output: "x" };
  expect(goingOn(...answered, result)).toEqual([undefined, undefined, result]);
});

test("what has no id, or is a user's or a tool's, is said again whenever a client says it", () => {
  const result = { type: "function_call_output" as const, id: "fc_1", call_id: "1", output: "x" };
  const again = [
    said("msg_0", "user", "Hello"),
    called,
    { role: "assistant", content: "Let me see." },
    result,
  ];
  expect(goingOn(...again)).toEqual(again);
});
