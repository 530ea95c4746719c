import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/json.ts";
import { catalogue } from "../../src/simulator/models.ts";
import { type Level, rules, type ValidationOptions, validateRequest } from "../../src/simulator/validate.ts";
import { assistant, body, offering, toolWithSchema, user } from "../support/bodies.ts";
import { conversationCases } from "./cases/conversation.ts";
import { envelopeCases } from "./cases/envelope.ts";
import { mediaCases } from "./cases/media.ts";
import { pairingCases } from "./cases/pairing.ts";
import { reasoningCases } from "./cases/reasoning.ts";
import { toolsCases } from "./cases/tools.ts";

const cases = {
  ...envelopeCases,
  ...conversationCases,
  ...toolsCases,
  ...pairingCases,
  ...mediaCases,
  ...reasoningCases,
};

const options = {
  models: catalogue,
  isOwnReasoning: ({ text, signature }) => text === "Hm." && signature === "ours",
} satisfies Partial<ValidationOptions>;

const broken = (request: unknown, level: Level) =>
  validateRequest(request, { ...options, level }).map(({ rule }): string => rule);

const levels = ["model", "official", "strict", "paranoid"] as const;

describe.each(Object.entries(cases))("%s", (name, [level, refused, accepted]) => {
  const rule = name.split(" ")[0] ?? "";

  test(`is broken from the level ${level} on`, () => {
    const from = levels.indexOf(level);
    expect(broken(refused, level)).toContain(rule);
    expect(broken(refused, "paranoid")).toContain(rule);
    const milder = levels[from - 1];
    if (milder) expect(broken(refused, milder)).not.toContain(rule);
  });

  test("is kept by the neighbour of the broken one", () => {
    expect(broken(accepted, level)).not.toContain(rule);
  });
});

test("R8 is judged by the size the body travelled in", () => {
  const judge = (bodyBytes: number) => validateRequest(body(), { level: "paranoid", bodyBytes });
  expect(judge(1_250_001)).toMatchObject([{ rule: "R8" }]);
  expect(judge(1_250_000)).toEqual([]);
});

test("every rule has a case", () => {
  const tested = new Set(Object.keys(cases).map((name) => name.split(" ")[0]));
  expect(rules.map(({ rule }) => rule).filter((rule) => !tested.has(rule) && rule !== "R8")).toEqual([]);
});

test("a violation says where it is", () => {
  const request = body({ history: [user("hi"), assistant("Hello.", { followupPrompt: { content: 7 } })] });
  expect(validateRequest(request, { level: "model" })).toEqual([
    {
      rule: "R3",
      path: "conversationState.history[1].assistantResponseMessage.followupPrompt.content",
      message: "must be a string",
    },
  ]);
});

const nonsense: readonly unknown[] = [
  undefined,
  null,
  7,
  "text",
  [],
  {},
  { conversationState: { history: [null, 7, []] } },
];
test.each(nonsense.map((input) => [JSON.stringify(input), input]))(
  "%s is refused and not choked on",
  (_, input) => {
    expect(broken(input, "paranoid")).toContain("R7");
  },
);

test("the smallest request of the contract breaks no rule", () => {
  const currentMessage = {
    userInputMessage: { content: "Say hi", origin: "CLI", modelId: "claude-sonnet-4.5" },
  };
  const smallest = {
    conversationState: { conversationId: "7f0c", chatTriggerType: "MANUAL", currentMessage },
  };
  expect(broken(smallest, "paranoid")).toEqual([]);
});

test("the deepest of schemas is walked to its end", () => {
  let schema: JsonObject = { type: null };
  for (let depth = 0; depth < 50_000; depth++) schema = { items: schema };
  expect(
    broken(body({ current: offering(toolWithSchema({ ...schema, type: "object" })) }), "strict"),
  ).toEqual(["R30"]);
});
