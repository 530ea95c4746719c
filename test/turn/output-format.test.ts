import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "../../src/stream/stage.ts";
import type { Conversation, OutputFormat } from "../../src/turn/conversation.ts";
import type { StopReason, TurnEvent } from "../../src/turn/events.ts";
import { structuredOutput } from "../../src/turn/output-format.ts";
import { busyMs } from "../support/busy.ts";
import { conversation, tool, user } from "../support/request.ts";
import { end, failed, openCall, say, spoken, think, wholeCall } from "../support/turns.ts";

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const asked = (rest: Partial<Conversation> = {}, format: OutputFormat = { schema }) =>
  structuredOutput(conversation([user("Where?")], { system: ["Be brief."], ...rest }), format);

const toolName = "final_answer";
const json = '{"city":"Ulm"}';
const call = (id = "1") => wholeCall(id, toolName, '{"city"', ':"Ulm"}');

function answer(...events: readonly TurnEvent[]): {
  text: string;
  rest: TurnEvent[];
  stopReason: StopReason | undefined;
} {
  const all = run(asked({ tools: [tool("read")] }).stage, events);
  const last = all.at(-1);
  return {
    text: spoken(all),
    rest: all.slice(0, -1).filter(({ type }) => type !== "text-delta"),
    stopReason: last?.type === "turn-end" ? last.stopReason : undefined,
  };
}

describe("the question", () => {
  test("offers a tool whose arguments are the answer, and asks that it be called", () => {
    const { conversation: question } = asked();
    expect(question.tools).toEqual([
      { name: toolName, description: expect.any(String), inputSchema: schema },
    ]);
    expect(question.toolChoice).toEqual({ type: "tool", name: toolName });
    expect(question.system).toEqual(["Be brief.", expect.stringContaining(toolName)]);
  });

  test("says what the answer is for", () => {
    const { conversation: question } = asked({}, { schema, description: "A place to stay." });
    expect(question.tools[0]?.description).toEndWith("\n\nA place to stay.");
  });

  test("without a schema the answer is any object", () => {
    expect(asked({}, {}).conversation.tools[0]?.inputSchema).toEqual({ type: "object" });
  });

  test("leaves the client's tools, and its choice among them, as they are", () => {
    const { conversation: question } = asked({ tools: [tool("read")], toolChoice: { type: "auto" } });
    expect(question.tools.map(({ name }) => name)).toEqual(["read", toolName]);
    expect(question.toolChoice).toEqual({ type: "auto" });
  });

  test("of tools that must not be called offers none but the answer's", () => {
    const { conversation: question } = asked({ tools: [tool("read")], toolChoice: { type: "none" } });
    expect(question.tools.map(({ name }) => name)).toEqual([toolName]);
    expect(question.toolChoice).toEqual({ type: "tool", name: toolName });
  });

  test("takes another name where the client has the name itself", () => {
    const tools = [tool(toolName), tool(`${toolName}_`)];
    const { conversation: question, stage } = asked({ tools });
    expect(question.tools.at(-1)?.name).toBe(`${toolName}__`);
    expect(question.system.at(-1)).toContain(`${toolName}__`);
    const own = [...call(), end("tool-calls")];
    expect(run(stage, own)).toEqual(own);
  });
});

describe("the answer", () => {
  test("is the arguments of the call, as text and as they come", () => {
    const events = run(asked().stage, [...call(), end("tool-calls")]);
    expect(events).toEqual([say('{"city"'), say(':"Ulm"}'), end()]);
  });

  test.each([
    ["before", [say("Here it is: "), ...call()]],
    ["after", [...call(), say("There you are.")]],
    ["around", [say("Here it is: "), ...call(), say("There you are.")]],
  ])("is not mixed with prose %s the call", (_where, events) => {
    expect(answer(...events, end("tool-calls"))).toEqual({ text: json, rest: [], stopReason: "end" });
  });

  test("is the first of two, and the second is dropped", () => {
    const second = wholeCall("2", toolName, '{"city":"Bonn"}');
    expect(answer(...call(), ...second, end("tool-calls"))).toEqual({
      text: json,
      rest: [],
      stopReason: "end",
    });
  });

  test("leaves reasoning what it is", () => {
    expect(answer(think("hm"), ...call(), end("tool-calls"))).toEqual({
      text: json,
      rest: [think("hm")],
      stopReason: "end",
    });
  });

  test("that was cut is as long as it is, and says so", () => {
    expect(answer(...openCall("1", toolName, '{"ci'), end("length"))).toEqual({
      text: '{"ci',
      rest: [],
      stopReason: "length",
    });
  });

  test("that fails is a failure", () => {
    expect(run(asked().stage, [...openCall("1", toolName, '{"ci'), failed()])).toEqual([
      say('{"ci'),
      failed(),
    ]);
  });
});

describe("an answer without the call", () => {
  const inProse: Record<string, [string, string]> = {
    "JSON alone": [json, json],
    "JSON with white space around it": [`\n\n ${json}\n`, json],
    "JSON in a fence": [`Here it is:\n\n\`\`\`json\n${json}\n\`\`\`\n\nThere you are.`, json],
    "JSON in a fence without a language": [`\`\`\`\n${json}\n\`\`\``, json],
    "JSON in an indented fence": [`Here:\n  \`\`\`json\n  ${json}\n  \`\`\``, json],
    "an object with a fence inside": [
      '```json\n{"code":"```js\\n1\\n```"}\n```',
      '{"code":"```js\\n1\\n```"}',
    ],
    "an object in the middle of a sentence": [`The answer is ${json}, of course.`, json],
  };
  test.each(Object.entries(inProse))("is found in its text: %s", (_name, [text, found]) => {
    const { stopReason, ...said } = answer(...[...text].map(say), end());
    expect(said).toEqual({ text: found, rest: [] });
    expect(stopReason).toBe("end");
  });

  test.each(["I cannot say.", "{city: Ulm}", "```json\n{\n```", "}{", "", "42", "null", '"sorry"', "[{}]"])(
    "is a refusal, and never as if it kept to the format: %j",
    (text) => {
      expect(answer(say(text), end())).toEqual({ text, rest: [], stopReason: "content-filter" });
    },
  );

  test("that was cut is cut, not refused", () => {
    expect(answer(say('{"city": "U'), end("length"))).toEqual({
      text: '{"city": "U',
      rest: [],
      stopReason: "length",
    });
  });

  test("loses no letter, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (pieces) => {
        const { text, stopReason } = answer(...pieces.map(say), end());
        if (stopReason === "content-filter") expect(text).toBe(pieces.join(""));
        else expect(() => JSON.parse(text)).not.toThrow();
      }),
    );
  });

  test.each(["\n", " ", "`", "```\n", "{", "```json\n"])(
    "is decided quickly, though it be %j over and over",
    (piece) => {
      const start = busyMs();
      answer(say(`\`\`\`json${piece.repeat(100_000)}`), end());
      expect(busyMs() - start).toBeLessThan(1_000);
    },
  );
});

describe("an answer that is no object", () => {
  const list = { type: "array", items: { $ref: "#/$defs/city" }, $defs: { city: { type: "string" } } };
  const { conversation: question, stage } = asked({}, { schema: list });

  test("is asked for as the one argument of the call, its references still leading somewhere", () => {
    expect(question.tools[0]?.inputSchema).toEqual({
      type: "object",
      properties: { value: { type: "array", items: { $ref: "#/$defs/city" } } },
      required: ["value"],
      $defs: { city: { type: "string" } },
    });
  });

  test.each([
    { $ref: "#/$defs/cities", $defs: { cities: { type: "array" } } },
    { $ref: "#/$defs/map~1list%20of%20cities", $defs: { "map/list of cities": { type: "array" } } },
    { anyOf: [{ type: "string" }, { type: "null" }] },
    { enum: ["Ulm", "Bonn"] },
  ] as const)("is asked for as the one argument where the schema names no type: %j", (schema) => {
    const { conversation: question, stage } = asked({}, { schema });
    expect(question.tools[0]?.inputSchema).toMatchObject({ type: "object", required: ["value"] });
    const events = [...wholeCall("1", toolName, '{"value":"Ulm"}'), end("tool-calls")];
    expect(run(stage, events)).toEqual([say('"Ulm"'), end()]);
  });

  test.each([
    { $ref: "#/$defs/place", $defs: { place: { type: "object" } } },
    { anyOf: [{ type: "object" }, { $ref: "#/$defs/place" }], $defs: { place: { type: "object" } } },
    { description: "Anything." },
  ])("is told from one: %j", (schema) => {
    expect(asked({}, { schema }).conversation.tools[0]?.inputSchema).toEqual(schema);
  });

  const given: Record<string, TurnEvent[]> = {
    "in the call": [...wholeCall("1", toolName, '{"val', 'ue": ["Ulm"]}'), end("tool-calls")],
    "in the call, without the argument's name": [...wholeCall("1", toolName, '["Ulm"]'), end("tool-calls")],
    "in prose": [say('Here:\n```json\n["Ulm"]\n```'), end()],
    "in prose, under the argument's name": [say('{"value":["Ulm"]}'), end()],
  };
  test.each(Object.entries(given))("arrives bare when it came %s", (_where, events) => {
    expect(run(stage, events)).toEqual([say('["Ulm"]'), end()]);
  });

  test.each([
    ['{"value": [12345678901234567890, 1.0] }', "[12345678901234567890, 1.0]"],
    ['{"value":[1],"value":[2]}', "[2]"],
    ['{"note":"}","value":[1]}', "[1]"],
  ])("is written as the model wrote it: %s", (arguments_, text) => {
    const events = [...wholeCall("1", toolName, arguments_), end("tool-calls")];
    expect(run(stage, events)).toEqual([say(text), end()]);
  });

  test("says nothing when it was cut", () => {
    const events = [...openCall("1", toolName, '{"value":["U'), end("length")];
    expect(run(stage, events)).toEqual([end("length")]);
  });
});

describe("a call of another tool", () => {
  const read = wholeCall("1", "read", "{}");

  test("is passed on, and what was said before it too", () => {
    const events = [say("Let me see."), ...read, end("tool-calls")];
    expect(run(asked({ tools: [tool("read")] }).stage, events)).toEqual(events);
  });

  test("is passed on with what was said after it", () => {
    const events = [...read, say("Now I wait."), end("tool-calls")];
    expect(run(asked({ tools: [tool("read")] }).stage, events)).toEqual(events);
  });

  test("stands beside the answer, and the client has it to answer", () => {
    expect(answer(...call(), ...wholeCall("2", "read", "{}"), end("tool-calls"))).toEqual({
      text: json,
      rest: wholeCall("2", "read", "{}"),
      stopReason: "tool-calls",
    });
  });
});
