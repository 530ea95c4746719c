import { describe, expect, test } from "bun:test";
import { decodeChatRequest } from "../../../src/protocols/openai/decode.ts";
import { ChatCompletionRequest } from "../../../src/protocols/openai/schema.ts";
import { assistant, call, result, user } from "../../support/request.ts";
import { decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(ChatCompletionRequest, decodeChatRequest);
const text = (content: string) => ({ type: "text", text: content });
const asking = { model: "claude-sonnet-4.5", messages: [{ role: "user", content: "Hello" }] };
const schema = { type: "object", properties: { path: { type: "string" } } };
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } };
const picture = { type: "image" as const, data: "iVBORw0KGgo=", mediaType: "image/png" };

describe("what Cursor sends in Anthropic's shapes", () => {
  test.each([
    ["without a type", { name: "read", description: "Reads.", input_schema: schema }],
    ["as a custom tool", { type: "custom", name: "read", description: "Reads.", input_schema: schema }],
  ])("is a tool like any other: %s", (_, tool) => {
    expect(decode({ ...asking, tools: [tool] }).tools).toEqual([
      { name: "read", description: "Reads.", inputSchema: schema },
    ]);
  });

  test.each([
    [
      { type: "tool", name: "read" },
      { type: "tool" as const, name: "read" },
    ],
    [{ type: "any" }, { type: "required" as const }],
    [{ type: "auto" }, { type: "auto" as const }],
    [{ type: "none" }, { type: "none" as const }],
  ])("is a choice of tools: %j", (choice, expected) => {
    const tools = [{ name: "read", input_schema: schema }];
    expect(decode({ ...asking, tools, tool_choice: choice }).toolChoice).toEqual(expected);
  });

  test("is a call and its result among the parts of messages", () => {
    const { messages } = decode({
      ...asking,
      messages: [
        ...asking.messages,
        {
          role: "assistant",
          content: [
            text("Let me see."),
            { type: "tool_use", id: "1", name: "read", input: { path: "a" } },
            { type: "tool_use", id: "2", name: "list", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "2", content: [text("b"), image] },
            { type: "tool_result", tool_use_id: "1", content: "no such file", is_error: true },
            { type: "tool_result", tool_use_id: "3" },
            text("Go on."),
            image,
          ],
        },
      ],
    });
    expect(messages).toEqual([
      user("Hello"),
      assistant("Let me see.", call("1", "read", { path: "a" }), call("2", "list")),
      user(
        result("2", "b", { ...picture, path: "messages[2].content[0].content[1]" }),
        { ...result("1", "no such file"), isError: true },
        result("3"),
        "Go on.",
        { ...picture, path: "messages[2].content[4]" },
      ),
    ]);
  });

  test("and is malformed, is told in words", () => {
    const { messages } = decode({
      ...asking,
      messages: [{ role: "user", content: [{ type: "tool_result" }] }],
    });
    expect(messages).toEqual([user('[tool_result] {"type":"tool_result"}')]);
  });

  test.each([{}, { name: "read" }, { name: "", input_schema: schema }])("is no tool: %j", (tool) => {
    const refusal = refusalOf(decode, { ...asking, tools: [tool] });
    expect(refusal).toMatchObject({ kind: "invalid-request", param: "tools[0].type" });
  });
});
