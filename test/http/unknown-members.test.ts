import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { open, optional, variants } from "../../src/http/schema.ts";
import { unknownMembers } from "../../src/http/unknown-members.ts";
import { MessagesRequest } from "../../src/protocols/anthropic/schema.ts";
import { busyMs } from "../support/busy.ts";

const blocks = variants(
  open({ type: Type.Literal("text"), text: Type.String() }),
  open({ type: Type.Literal("tool"), input: Type.Unknown() }),
);
const Body = open({
  model: Type.String(),
  options: optional(open({ depth: Type.Number() })),
  messages: Type.Array(Type.Union([Type.String(), Type.Array(blocks.schema)])),
});
const body = { model: "m", messages: [] };
const documented = new Set(["zebra", "width", "x", "lines", "constructor"]);

describe("members that a schema does not know", () => {
  test.each<[string, unknown, string[], number?]>([
    ["none in what it describes", { ...body, options: { depth: 1 } }, []],
    ["at the top", { ...body, zebra: { crossing: 1 } }, ["zebra"]],
    ["inside what may be left out", { ...body, options: { depth: 1, width: 2 } }, ["options.width"]],
    [
      "inside lists and variants, each once",
      {
        ...body,
        messages: ["hi", [{ type: "text", text: "a", x: 1 }], [{ type: "text", text: "b", x: 2 }]],
      },
      ["messages.x"],
    ],
    ["of a variant that is new", { ...body, messages: [[{ type: "poem", lines: 3 }]] }, ["messages.lines"]],
    ["none below what is not described", { ...body, messages: [[{ type: "tool", input: { any: 1 } }]] }, []],
    ["that the language knows", { ...body, constructor: 1, toString: 2 }, ["constructor"], 1],
    ["none where the value fits nothing", "text", []],
    ["none in a variant with a fault", { ...body, messages: [[{ type: "text", text: 5, x: 1 }]] }, []],
    [
      "not by a name that nobody documents, which may be anything",
      { ...body, "My secret plan": 1, zebra: 1, messages: [[{ type: "text", text: "a", "Dear diary": 1 }]] },
      ["zebra"],
      2,
    ],
  ])("row 3: %s", (_, value, names, others = 0) => {
    expect(unknownMembers(Body, value, documented)).toEqual({ names, others });
  });

  test("row 3: are found in a long conversation without holding up other requests", () => {
    const message = { role: "user", content: [{ type: "text", text: "Hello", x: 1 }] };
    const long = { model: "m", max_tokens: 1, messages: Array.from({ length: 10_000 }, () => message) };
    const start = busyMs();
    expect(unknownMembers(MessagesRequest, long, documented).names).toEqual(["messages.content.x"]);
    expect(busyMs() - start).toBeLessThan(2_000);
  });

  test("row 3: may number a million", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, n) => [`x${n}`, n]));
    expect(unknownMembers(Body, { ...body, ...many }, documented)).toEqual({ names: [], others: 1_000_000 });
  });
});
