import { describe, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../src/json.ts";
import { exampleArguments } from "../../src/simulator/persona/arguments.ts";
import { perform } from "../../src/simulator/persona.ts";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import {
  assistant,
  body,
  image,
  result,
  tool,
  toolRound,
  use,
  user,
  withContext,
} from "../support/bodies.ts";
import { type DecodedEvent, decodedEvents } from "../support/decoded-events.ts";
import { png } from "../support/images.ts";

const random = (length: number) => new Uint8Array(length).fill(9);
const simulator = createSimulator({ random, accessTokens: ["T"] });

async function answerTo(content: JsonObject): Promise<DecodedEvent[]> {
  const request = new Request("http://localhost/generateAssistantResponse", {
    method: "POST",
    headers: { authorization: "Bearer T" },
    body: JSON.stringify(content),
  });
  const response = await simulator.fetch(request);
  expect(response.headers.get("x-sim-violations")).toBe(null);
  return decodedEvents(response);
}

const of = (type: string, events: DecodedEvent[]) =>
  events.filter((event) => event.type === type).map(({ payload }) => payload);

const textOf = (events: DecodedEvent[]) =>
  of("assistantResponseEvent", events)
    .map(({ content }) => content)
    .join("");

describe("the demo's persona", () => {
  test("says that no model is behind it, in Markdown", async () => {
    const text = textOf(await answerTo(body()));
    expect(text).toContain("no model");
    expect(text).toMatch(/^# /);
    expect(text).toMatch(/^- /m);
    expect(text).toMatch(/^```sh\n[^`]+\n```$/m);
  });

  test("repeats what it understood of the request", async () => {
    const text = textOf(
      await answerTo(
        body({
          history: [user("x".repeat(1234)), assistant("Understood."), user("hello"), assistant("Yes?")],
          current: user("What is this?", {
            images: [image(png(640, 480).data)],
            ...withContext({ tools: [tool("read"), tool("write")] }),
          }),
        }),
      ),
    );
    expect(text).toContain("“What is this?” (13 characters)");
    expect(text).toContain("System prompt: 1,234 characters");
    expect(text).toContain("Earlier messages: 2");
    expect(text).toContain("`read`, `write`");
    expect(text).toContain("png of 640 × 480 pixels (33 bytes)");
  });

  test("takes no first message for a system prompt that was answered at length", async () => {
    const history = [user("hello"), assistant("Hello, what can I do for you?")];
    const text = textOf(await answerTo(body({ history })));
    expect(text).toContain("System prompt: 0 characters");
    expect(text).toContain("Earlier messages: 2");
  });

  test("ends with the numbers and the reason why", async () => {
    const events = await answerTo(body());
    expect(events.slice(-3)).toEqual([
      {
        type: "meteringEvent",
        payload: { usage: expect.any(Number), unit: "credit", unitPlural: "credits" },
      },
      { type: "contextUsageEvent", payload: { contextUsagePercentage: expect.any(Number) } },
      { type: "metadataEvent", payload: { stopReason: "END_TURN" } },
    ]);
  });

  test.each([
    ["Please use write on it.", "write"],
    ["Use a tool!", "read"],
    ["call the tool", "read"],
  ])("calls a tool when told to: %s", async (wish, name) => {
    const current = user(wish, withContext({ tools: [tool("read"), tool("write")] }));
    const events = await answerTo(body({ current }));
    const calls = of("toolUseEvent", events);
    expect(new Set(calls.map((call) => call["name"]))).toEqual(new Set([name]));
    expect(new Set(calls.map((call) => call["toolUseId"])).size).toBe(1);
    expect(calls[0]).not.toHaveProperty("input");
    expect(calls.at(-1)).toMatchObject({ stop: true });
    const fragments = calls.flatMap(({ input }) => (typeof input === "string" ? [input] : []));
    expect(fragments.length).toBeGreaterThan(1);
    expect(JSON.parse(fragments.join(""))).toEqual({ path: "demo" });
    expect(of("metadataEvent", events)).toEqual([{ stopReason: "TOOL_USE" }]);
  });

  test.each([
    ["Perform a web search for the query: bun release notes", "bun release notes"],
    ["Please search the web for dots.\nThank you.", "dots."],
    ["Do a web search", "demo"],
    ["use web_search", "demo"],
  ])("searches the web when told to: %s", async (wish, query) => {
    const json = { type: "object", properties: { query: { type: "string" } }, required: ["query"] };
    const tools = [tool("read"), tool("web_search", { inputSchema: { json } })];
    const calls = of("toolUseEvent", await answerTo(body({ current: user(wish, withContext({ tools })) })));
    expect(calls[0]).toMatchObject({ name: "web_search" });
    expect(JSON.parse(calls.map(({ input = "" }) => input).join(""))).toEqual({ query });
  });

  test.each(["I am ready to reread it.", "What is a tool?"])("calls no tool unasked: %s", async (text) => {
    const current = user(text, withContext({ tools: [tool("read")] }));
    const events = await answerTo(body({ current }));
    expect(of("toolUseEvent", events)).toEqual([]);
  });

  test("answers tool results in words, each quoted in short", async () => {
    const long = `It says ${"x".repeat(500)}`;
    const uses = [use("a"), use("b", { name: "write" })];
    const results = [
      result("a", { content: [{ text: long }] }),
      result("b", { status: "error", content: [{ text: "disk full" }] }),
    ];
    const events = await answerTo(toolRound(uses, results, ""));
    expect(textOf(events)).toContain("`read` said “It says xxx");
    expect(textOf(events)).toContain("`write` failed and said “disk full”");
    expect(textOf(events)).not.toContain(long);
    expect(of("toolUseEvent", events)).toEqual([]);
  });

  test("thinks aloud when effort is asked for, and its thoughts may be sent back", async () => {
    const root = { additionalModelRequestFields: { output_config: { effort: "high" } } };
    const current = user("hello", { modelId: "claude-sonnet-5" });
    const thoughts = of("reasoningContentEvent", await answerTo(body({ current, root })));
    const joined = (member: string) => thoughts.map((thought) => thought[member] ?? "").join("");
    const reasoningText = { text: joined("text"), signature: joined("signature") };
    expect(thoughts.filter(({ signature }) => signature)).toHaveLength(2);
    const history = [user("hello"), assistant("Hi.", { reasoningContent: { reasoningText } })];
    expect(textOf(await answerTo(body({ history, current, root })))).toContain("Earlier messages: 2");
  });

  test("speaks at its pace: a silence before every few words", () => {
    const pauses = (steps: readonly ScriptedStep[]) => steps.filter((step) => "pauseMs" in step).length;
    const slow = perform(body(), { paceMs: 20, random });
    const words = slow.filter((step) => "type" in step && step.type === "assistantResponseEvent");
    expect(words.length).toBeGreaterThan(20);
    expect(pauses(slow)).toBe(words.length);
    expect(pauses(perform(body(), { paceMs: 0, random }))).toBe(0);
  });
});

describe("arguments made from a schema", () => {
  const schemas: readonly [name: string, property: JsonObject, value: JsonValue][] = [
    ["a string", { type: "string" }, "demo"],
    ["a long string", { type: "string", minLength: 6 }, "demo.."],
    ["a date", { type: "string", format: "date" }, "2026-01-31"],
    ["a number", { type: "number", minimum: 5 }, 5],
    ["an integer", { type: "integer" }, 1],
    ["a boolean", { type: "boolean" }, true],
    ["null", { type: "null" }, null],
    ["one of several", { enum: ["low", "high"] }, "low"],
    ["a default", { type: "string", default: "main" }, "main"],
    ["a constant", { const: 3 }, 3],
    ["a list", { type: "array", items: { type: "integer" } }, [1]],
    ["a list of at least two", { type: "array", minItems: 2, items: { type: "boolean" } }, [true, true]],
    ["one of several types", { type: ["integer", "null"] }, 1],
    ["a choice of schemas", { anyOf: [{ type: "integer" }, { type: "string" }] }, 1],
    ["anything", {}, "demo"],
    [
      "an object",
      { properties: { a: { type: "string" }, b: { type: "string" } }, required: ["a"] },
      { a: "demo" },
    ],
  ];

  test.each(schemas)("%s", (_, property, value) => {
    const schema = { type: "object", properties: { it: property }, required: ["it"] };
    expect(exampleArguments(schema)).toEqual({ it: value });
  });

  test("leave out what is not required", () => {
    expect(exampleArguments({ type: "object", properties: { a: { type: "string" } } })).toEqual({});
  });

  test("end, however deep the schema goes", () => {
    let schema: JsonObject = { type: "string" };
    for (let depth = 0; depth < 10_000; depth++)
      schema = { type: "object", properties: { it: schema }, required: ["it"] };
    expect(JSON.stringify(exampleArguments(schema)).length).toBeLessThan(200);
  });

  test.each([undefined, null, "text", 7, { type: "string" }])("are none for %p", (schema) => {
    expect(exampleArguments(schema)).toEqual({});
  });
});
