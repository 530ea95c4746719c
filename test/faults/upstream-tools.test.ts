import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import { isJsonObject } from "../../src/json.ts";
import type { ScriptedMessage } from "../../src/simulator/script.ts";
import { cases, timeFor } from "../support/cases.ts";
import { ending, reasoning, stream, text, tool } from "../support/script.ts";
import { type Form, forms, type Outcome } from "./support/forms.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig({ retries: false });
afterAll(rig.stop);

/** The last three are none that the service takes. */
const names = ["read", "mcp__files__list", "mcp/files.list all", "größe", "x".repeat(80)];
const toolsOf = ({ protocol }: Form) =>
  names.map((name) =>
    protocol === "openai"
      ? { type: "function", function: { name, parameters: { type: "object" } } }
      : { name, input_schema: { type: "object" } },
  );

/** What the service calls the tools, in their order. */
async function sentNames(): Promise<string[]> {
  rig.simulator.script(stream(text("Hi"), ending("END_TURN")));
  await rig.ask(
    { protocol: "openai", stream: false },
    { tools: toolsOf({ protocol: "openai", stream: false }) },
  );
  const sent = JSON.stringify(rig.simulator.requests.at(-1)?.body);
  return [...sent.matchAll(/"toolSpecification":\{"name":"([^"]+)"/g)].map(([, name]) => name ?? "");
}

interface Call {
  tool: number;
  json: string;
  cuts: readonly number[];
  /** What is said or thought before it. */
  before: readonly ScriptedMessage[];
}

const isObject = (json: string): boolean => {
  try {
    return isJsonObject(JSON.parse(json));
  } catch {
    return false;
  }
};

const value = fc.jsonValue({ maxDepth: 2, stringUnit: "binary" });
const object = fc.dictionary(fc.string({ unit: "binary" }), value, { maxKeys: 3 });
const json = fc.oneof(
  { weight: 4, arbitrary: object.map((whole) => JSON.stringify(whole)) },
  { weight: 1, arbitrary: object.map((whole) => JSON.stringify(whole, null, 2)) },
  { weight: 1, arbitrary: value.map((whole) => JSON.stringify(whole)) },
  { weight: 1, arbitrary: fc.tuple(object, fc.nat()).map(([whole, at]) => cutAt(JSON.stringify(whole), at)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1 }) },
);
const cutAt = (whole: string, at: number) => whole.slice(0, 1 + (at % whole.length));

const call: fc.Arbitrary<Call> = fc.record({
  tool: fc.nat(names.length - 1),
  json,
  cuts: fc.array(fc.nat(), { maxLength: 5 }),
  before: fc.constantFrom([], text("aside"), reasoning(["Hm."], "c2lnbmF0dXJl"), text("one ", "two")),
});

function fragments({ json: whole, cuts }: Call): string[] {
  const edges = [0, ...cuts.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b), whole.length];
  return edges.slice(1).map((end, index) => whole.slice(edges[index], end));
}

/** Anthropic's whole answer holds an object, of which only the meaning can be the same. */
function expectCalls(form: Form, { calls }: Outcome, wanted: Outcome["calls"]): void {
  const isText = form.stream || form.protocol === "openai";
  const told = (each: Outcome["calls"]) =>
    each.map(({ json: said, ...one }) => ({ ...one, said: isText ? said.toWellFormed() : JSON.parse(said) }));
  expect<unknown>(told(calls)).toEqual(told(wanted));
}

test("row 61: arguments that nest deeper than can be written reach the client all the same", async () => {
  const json = `{"a":${"[".repeat(60_000)}${"]".repeat(60_000)}}`;
  for (const form of forms) {
    rig.simulator.script(stream(tool("tooluse_1", "read", json), ending("TOOL_USE")));
    const outcome = await rig.ask(form, { tools: toolsOf(form) });
    expect(outcome).toMatchObject({ status: 200, failure: undefined });
    expect(outcome.calls[0]?.json).toContain(json.slice(5));
  }
});

test(
  "property 5: arguments reach the client as the model wrote them, and broken ones never as a success",
  async () => {
    const sent = await sentNames();
    expect(sent).toHaveLength(names.length);
    const choices = [fc.array(call, { minLength: 1, maxLength: 3 }), fc.constantFrom(...forms)] as const;
    let broken = 0;

    const property = fc.asyncProperty(...choices, async (calls, form) => {
      const idOf = (index: number) => `tooluse_${index}`;
      const steps = calls.flatMap((each, index) => [
        ...each.before,
        ...tool(idOf(index), sent[each.tool] ?? "", ...fragments(each)),
      ]);
      rig.simulator.script(stream(text("Hi"), steps, ending("TOOL_USE")));
      const outcome = await rig.ask(form, { tools: toolsOf(form) });

      const isBroken = !calls.every((each) => isObject(each.json));
      if (isBroken) broken++;
      if (isBroken && !form.stream && form.protocol === "anthropic")
        return expect(outcome).toMatchObject({ status: 502, calls: [], failure: { type: "api_error" } });
      const success = form.protocol === "openai" ? "tool_calls" : "tool_use";
      const cut = form.protocol === "openai" ? "length" : "max_tokens";
      expect(outcome).toMatchObject({
        status: 200,
        failure: undefined,
        stopReason: isBroken ? cut : success,
      });
      const wanted = calls.map((each, index) => ({
        id: idOf(index),
        name: names[each.tool] ?? "",
        json: each.json,
      }));
      expectCalls(form, outcome, wanted);
    });
    await fc.assert(property, cases);
    expect(broken).toBeGreaterThan(50);
    await rig.expectBase();
  },
  timeFor(),
);
