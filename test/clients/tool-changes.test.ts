import { afterAll, expect, test } from "bun:test";
import type { BetaMessageParam, BetaTool } from "@anthropic-ai/sdk/resources/beta/messages";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, tool } from "../support/script.ts";
import { anthropicClient, latestRequest, message } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { messages } = anthropicClient(bridge).beta;

const definition = (name: string): BetaTool => ({ name, input_schema: { type: "object" } });
const conversation: BetaMessageParam[] = [
  { role: "user", content: "Look." },
  { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "read", input: {} }] },
  { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "Hello" }] },
  {
    role: "system",
    content: [
      { type: "tool_removal", tool: { type: "tool_reference", name: "read" } },
      { type: "tool_addition", tool: { type: "tool_definition", definition: definition("write") } },
    ],
  },
];

test("a tool that comes in mid-conversation is called; one that goes stays what was called before", async () => {
  bridge.simulator.script(stream(tool("t2", "write", "{}"), ending("TOOL_USE")));
  const answer = await messages.create({
    ...message,
    betas: ["mid-conversation-tool-changes-2026-07-01", "inline-tools-2026-09-15"],
    tools: [definition("read"), definition("list")],
    messages: conversation,
  });
  expect(answer.content).toMatchObject([{ type: "tool_use", name: "write" }]);
  const sent = JSON.stringify(latestRequest(bridge).body);
  const told = [...sent.matchAll(/"toolSpecification":\{"name":"(\w+)","description":"([^"]+)"/g)];
  expect(told.map(([, name, description]) => [name, description])).toEqual([
    ["list", expect.any(String)],
    ["write", expect.any(String)],
    ["read", expect.stringContaining("cannot be called any more")],
  ]);
});
