import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { wrapper } from "../../../src/amazonq/request/wrapped-arguments.ts";
import {
  assistant,
  assistantMessages,
  build,
  call,
  current,
  result,
  specifications,
  spoken,
  tool,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const hash = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 8);
const withTools = (...names: string[]) => build([user("a")], { tools: names.map((name) => tool(name)) });
const names = (request: ReturnType<typeof build>) => specifications(request).map(({ name }) => name);

describe("tool names", () => {
  const cases = [
    { name: "R23: a legal name stays", given: "read_file-2", sent: "read_file-2" },
    {
      name: "R23: other characters become underscores",
      given: "mcp.server/read file",
      sent: "mcp_server_read_file",
    },
    { name: "R23: a letter comes first", given: "_private", sent: "tool__private" },
    { name: "R23: a name may be nothing but wrong", given: "日本", sent: "tool___" },
    { name: "R23: a name may be empty", given: "", sent: "tool_" },
    { name: "R24: 64 characters stay", given: "n".repeat(64), sent: "n".repeat(64) },
    {
      name: "R24: a longer name ends in a hash",
      given: "n".repeat(65),
      sent: `${"n".repeat(55)}_${hash("n".repeat(65))}`,
    },
  ];
  for (const { name, given, sent } of cases) {
    test(name, () => {
      const request = withTools(given);
      expect(names(request)).toEqual([sent]);
      expect([...request.toolNames]).toEqual(given === sent ? [] : [[sent, given]]);
      expect(violations(request)).toEqual([]);
    });
  }

  test("R25: names that become equal differ by a hash, and a legal one keeps its own", () => {
    const request = withTools("a.b", "a/b", "a_b");
    const [first, second, third] = names(request);
    expect(third).toBe("a_b");
    expect(first).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(second).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(request.toolNames).toEqual(
      new Map([
        [first ?? "", "a.b"],
        [second ?? "", "a/b"],
      ]),
    );
  });

  test("R25: names that differ by case alone differ by more", () => {
    expect(names(withTools("Read", "read"))[1]).toMatch(/^read_[0-9a-f]{8}$/);
  });

  test("R25: a tool offered twice is sent once, as first offered", () => {
    const request = build([user("a")], { tools: [tool("x", {}, "First."), tool("x", {}, "Second.")] });
    expect(specifications(request).map(({ description }) => description)).toEqual(["First."]);
  });

  test("R24: calls of the history carry the sent name", () => {
    const request = build([user("a"), assistant(call("1", "a.b")), user(result("1", "r"))], {
      tools: [tool("a.b")],
    });
    expect(assistantMessages(request)[0]?.toolUses?.[0]?.name).toBe("a_b");
    expect(names(request)).toEqual(["a_b"]);
  });
});

describe("tools", () => {
  test("R22: they stand on the last message alone", () => {
    const request = build([user("a"), assistant("b"), user("c")], { tools: [tool("x")] });
    expect(userMessages(request).map((message) => message.userInputMessageContext?.tools?.length)).toEqual([
      undefined,
      1,
    ]);
  });

  test("R22: without tools there is no context at all", () => {
    expect(current(build([user("a")]))).not.toHaveProperty("userInputMessageContext");
  });

  test("R26: a blank description names the tool", () => {
    const request = build([user("a")], { tools: [tool("a.b", {}, "\0 ")] });
    expect(specifications(request)[0]?.description).toBe("Tool a_b");
  });

  test("R27: a description of 10 000 characters stays", () => {
    const description = "d".repeat(10_000);
    const request = build([user("a")], { tools: [tool("x", {}, description)] });
    expect(specifications(request)[0]?.description).toBe(description);
    expect(spoken(request)).toEqual(["user: a"]);
  });

  test("R27: a longer one is cut, and stands whole in the instructions", () => {
    const description = `${"👍".repeat(6000)}!`;
    const request = build([user("a")], { system: ["s"], tools: [tool("a.b", {}, description)] });
    const sent = specifications(request)[0]?.description ?? "";
    expect(sent.length).toBeLessThanOrEqual(10_000);
    expect(sent.isWellFormed()).toBe(true);
    expect(sent).toEndWith('\n\n[Continues in the instructions, under "Description of the tool a_b".]');
    expect(spoken(request)[0]).toBe(`user: s\n\n# Description of the tool a_b\n\n${description}`);
  });

  test("R31: definitions that double each other do not grow with the number of tools either", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 8 }, (_, level) => {
        const next = { $ref: `#/$defs/d${level + 1}` };
        return [`d${level}`, { properties: { a: next, b: next, c: next, d: next } }];
      }),
    );
    const tools = Array.from({ length: 50 }, (_, index) => tool(`t${index}`, { $ref: "#/$defs/d0", $defs }));
    expect(JSON.stringify(specifications(build([user("a")], { tools }))).length).toBeLessThan(2_000_000);
  });

  test("R33, R34: tools that only the history knows are declared", () => {
    const request = build(
      [user("a"), assistant(call("1", "old.one"), call("2", "x")), user(result("1", "r"), result("2", "r"))],
      { tools: [tool("x")] },
    );
    expect(specifications(request)).toEqual([
      { name: "x", description: "Does it.", inputSchema: { json: { type: "object", properties: {} } } },
      {
        name: "old_one",
        description: "Was used earlier in this conversation and cannot be called any more.",
        inputSchema: { json: { type: "object", properties: {} } },
      },
    ]);
  });
});

describe("names of arguments that Bedrock refuses", () => {
  const schemaOf = (properties: object) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
  });
  const string = { type: "string" };
  const sentSchema = (properties: object) =>
    specifications(build([user("a")], { tools: [tool("find", schemaOf(properties))] }))[0]?.inputSchema.json;
  const wrapped = (schema: object) => ({
    type: "object",
    properties: { [wrapper]: schema },
    required: [wrapper],
  });

  test.each(["filter[id]", "$top", "Account Number", "城市", "StartTime<", "", "n".repeat(65)])(
    "travel below a legal one: %j",
    (name) => {
      const properties = { id: string, [name]: string };
      expect<unknown>(sentSchema(properties)).toEqual(wrapped(schemaOf(properties)));
    },
  );

  test.each(["filter.id", "-", "_9", "n".repeat(64)])("need not do so when they are legal: %j", (name) =>
    expect<unknown>(sentSchema({ [name]: string })).toEqual(schemaOf({ [name]: string })),
  );

  test("need not do so further down", () => {
    const properties = { where: schemaOf({ "filter[id]": string }) };
    expect<unknown>(sentSchema(properties)).toEqual(schemaOf(properties));
  });

  test("travel so in calls of the history too, but not those of tools that are no longer on offer", () => {
    const request = build(
      [
        user("a"),
        assistant(call("1", "find", { $top: 1 }), call("2", "other", { $top: 2 })),
        user(result("1", "r"), result("2", "r")),
      ],
      { tools: [tool("find", schemaOf({ $top: string }))] },
    );
    expect(violations(request)).toEqual([]);
    expect(assistantMessages(request)[0]?.toolUses?.map(({ input }) => input)).toEqual([
      { [wrapper]: { $top: 1 } },
      { $top: 2 },
    ]);
  });
});

describe("tool settings", () => {
  const rule = "user: a";
  const cases = [
    { toolChoice: { type: "auto" }, settings: {}, said: [rule] },
    {
      toolChoice: { type: "required" },
      settings: {},
      said: ["user: Call at least one tool in your next message."],
    },
    {
      toolChoice: { type: "tool", name: "a.b" },
      settings: {},
      said: ["user: Call the tool a_b in your next message."],
    },
    { toolChoice: { type: "tool", name: "unknown" }, settings: {}, said: [rule] },
    {
      toolChoice: { type: "auto" },
      settings: { parallelToolCalls: false },
      said: ["user: Call at most one tool in each message."],
    },
    { toolChoice: { type: "none" }, settings: { parallelToolCalls: false }, said: [rule] },
  ] as const;
  for (const { toolChoice, settings, said } of cases) {
    test(`${JSON.stringify({ ...toolChoice, ...settings })} becomes ${said}`, () => {
      const request = build([user("a")], { tools: [tool("a.b")], toolChoice, settings });
      expect(spoken(request)[0]).toBe(said[0]);
    });
  }

  test("without tools none of them is said", () => {
    expect(
      spoken(
        build([user("a")], { toolChoice: { type: "required" }, settings: { parallelToolCalls: false } }),
      ),
    ).toEqual(["user: a"]);
  });

  test("none offers no tool", () => {
    expect(specifications(build([user("a")], { tools: [tool("x")], toolChoice: { type: "none" } }))).toEqual(
      [],
    );
  });

  test("none is said where the history forces tools to be declared", () => {
    const request = build([user("a"), assistant(call("1", "x")), user(result("1", "r"))], {
      tools: [tool("x"), tool("y")],
      toolChoice: { type: "none" },
    });
    expect(names(request)).toEqual(["x"]);
    expect(spoken(request)[0]).toBe("user: Do not call any tool in your next message.");
    expect(violations(request)).toEqual([]);
  });
});
