import { afterAll, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text, tool } from "../support/script.ts";
import { latestRequest, openaiClient, toolNames } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { responses } = openaiClient(bridge);

const weather = {
  type: "function" as const,
  name: "weather",
  description: "Tells the weather.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};
/** As Codex tells its tools to the models that it knows best. */
const additional = {
  type: "additional_tools" as const,
  role: "developer" as const,
  tools: [
    {
      type: "namespace" as const,
      name: "functions",
      description: "",
      tools: [{ type: "custom" as const, name: "exec", description: "Runs a script." }],
    },
    weather,
  ],
};

test("tools that stand among the messages are on offer, and are no message", async () => {
  bridge.simulator.script(stream(text("ok"), ending()));
  const input = [additional, { role: "user" as const, content: "Hello" }];
  await responses.create({ model: "claude-sonnet-4.5", input, tools: [weather] });
  expect(toolNames(latestRequest(bridge))).toEqual(["weather", "functions__exec"]);
  expect(JSON.stringify(latestRequest(bridge).body)).not.toContain("additional_tools");
});

test("a call of a custom tool goes back and forth with its namespace", async () => {
  bridge.simulator.script(
    stream(tool("t1", "functions__exec", '{"input":"ls"}'), ending("TOOL_USE")),
    stream(text("ok"), ending()),
  );
  const asked = [additional, { role: "user" as const, content: "Hello" }];
  const { output } = await responses.create({ model: "claude-sonnet-4.5", input: asked });
  const call = {
    type: "custom_tool_call" as const,
    call_id: "t1",
    name: "exec",
    namespace: "functions",
    input: "ls",
  };
  expect(output).toMatchObject([call]);
  const result = { type: "custom_tool_call_output" as const, call_id: "t1", output: "a.txt" };
  await responses.create({ model: "claude-sonnet-4.5", input: [...asked, call, result] });
  expect(latestRequest(bridge).body).toMatchObject({
    conversationState: {
      history: [
        {},
        { assistantResponseMessage: { toolUses: [{ name: "functions__exec", input: { input: "ls" } }] } },
      ],
    },
  });
});
