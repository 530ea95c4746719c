import { describe, expect, test } from "bun:test";
import { decodeMessagesRequest } from "../../../src/protocols/anthropic/decode.ts";
import { MessagesRequest } from "../../../src/protocols/anthropic/schema.ts";
import { system } from "../../support/request.ts";
import { decodeWith, refusalOf } from "../decoding.ts";

const decode = decodeWith(MessagesRequest, decodeMessagesRequest);
const tool = (name: string, description = "Old.") => ({
  name,
  description,
  input_schema: { type: "object" },
});
const reference = (name: string) => ({ type: "tool_reference", name });
const added = (changed: object) => ({ type: "tool_addition", tool: changed });
const removed = (changed: object) => ({ type: "tool_removal", tool: changed });
const defined = (name: string, description = "New.") =>
  added({ type: "tool_definition", definition: tool(name, description) });

const told = (...content: readonly object[]) => ({ role: "system", content });
const asking = (...changes: readonly object[]) => ({
  model: "claude-opus-5",
  tools: [tool("read"), { ...tool("list"), defer_loading: true }],
  messages: [{ role: "user", content: "Hello" }, ...changes],
});
const offered = (...changes: readonly object[]) =>
  decode(asking(...changes)).tools.map(({ name, description }) => `${name}: ${description}`);

describe("a change of tools in mid-conversation", () => {
  test.each<[string, object[], string[]]>([
    ["none", [], ["read: Old.", "list: Old."]],
    [
      "one that was declared comes into sight",
      [told(added(reference("list")))],
      ["read: Old.", "list: Old."],
    ],
    ["a new one", [told(defined("write"))], ["read: Old.", "list: Old.", "write: New."]],
    ["another of that name", [told(defined("read"))], ["list: Old.", "read: New."]],
    ["one goes", [told(removed(reference("read")))], ["list: Old."]],
    [
      "one goes and comes back",
      [told(removed(reference("read"))), told(added(reference("read")))],
      ["read: Old.", "list: Old."],
    ],
    [
      "a new one goes",
      [told(defined("write")), told(removed(reference("write")))],
      ["read: Old.", "list: Old."],
    ],
    [
      "those of messages that a summary stands for",
      [
        {
          role: "assistant",
          content: [
            {
              type: "compaction",
              content: "They greeted.",
              tool_changes: [defined("write"), removed(reference("read")), { type: "tool_renewal" }],
            },
          ],
        },
      ],
      ["list: Old.", "write: New."],
    ],
    [
      "none, by a summary of before there were any",
      [{ role: "assistant", content: [{ type: "compaction", content: "x", tool_changes: null }] }],
      ["read: Old.", "list: Old."],
    ],
    [
      "one that nobody here knows",
      [told(added({ type: "mcp_toolset_reference", server_name: "x" }))],
      ["read: Old.", "list: Old."],
    ],
  ])("changes what is on offer: %s", (_, changes, expected) => {
    expect(offered(...changes)).toEqual(expected);
  });

  test("is told to the model where it stands", () => {
    const change = told({ type: "text", text: "Note:" }, defined("write"), {
      ...removed(reference("read")),
      cache_control: { type: "ephemeral" },
    });
    expect(decode(asking(change)).messages[1]).toEqual({
      ...system("Note:\n\n[tool write is now available]\n\n[tool read is no longer available]"),
      cacheAfter: true,
    });
  });

  test("that adds a search of the web has it searched", () => {
    const search = { type: "web_search_20250305", name: "web_search", max_uses: 2 };
    const { tools } = decode(asking(told(added({ type: "tool_definition", definition: search }))));
    expect(tools.at(-1)).toMatchObject({ name: "web_search", webSearch: { maxUses: 2 } });
  });

  test("makes a new tool one that can be chosen, and an old one none", () => {
    const change = told(defined("write"), removed(reference("read")));
    const choosing = (name: string) => ({ ...asking(change), tool_choice: { type: "tool", name } });
    expect(decode(choosing("write")).toolChoice).toEqual({ type: "tool", name: "write" });
    expect(refusalOf(decode, choosing("read"))).toMatchObject({ param: "tool_choice" });
  });

  test("that is malformed is refused by its place", () => {
    const change = told(added({ type: "tool_definition", definition: { name: "write" } }));
    expect(refusalOf(decode, asking(change))).toMatchObject({
      param: expect.stringMatching(/^messages\[1\]\.content\[0\]\.tool/),
    });
  });
});

describe("instructions for one user message alone", () => {
  const once = { role: "system", content: "Be quick.", clear_at: "next_user_message" };
  const user = { role: "user", content: "Hello" };
  const answer = { role: "assistant", content: "Hi" };
  const roles = (...messages: readonly object[]) =>
    decode({ ...asking(), messages }).messages.map(({ role }) => role);

  test("are heard until there is a later one", () => {
    expect(roles(user, once)).toEqual(["user", "system"]);
    expect(roles(user, once, answer)).toEqual(["user", "system", "assistant"]);
    expect(roles(user, once, answer, user)).toEqual(["user", "assistant", "user"]);
    expect(roles(user, once, answer, user, once)).toEqual(["user", "assistant", "user", "system"]);
  });

  test.each([null, "never", "some_day"])("are those for which it is said: %p", (clear_at) => {
    expect(roles(user, { ...once, clear_at }, answer, user)).toEqual(["user", "system", "assistant", "user"]);
  });
});
