import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/json.ts";
import { catalogue } from "../../src/simulator/models.ts";
import { type Level, levels } from "../../src/simulator/rules/rule.ts";
import { rules, type ValidationOptions, validateRequest } from "../../src/simulator/validate.ts";
import { assistant, body, image, user } from "../support/bodies.ts";
import { gif, jpeg, type Picture, png, webp, webpVp8, webpVp8l } from "../support/images.ts";
import { many, showing, withSchema } from "./cases/case.ts";
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

test.each(Object.entries({ png, jpeg, gif, webp, webpVp8, webpVp8l }))(
  "R45 knows the sides of a picture by its header: %s",
  (_, make) => {
    const brokenBy = ({ data, format }: Picture) => broken(showing(image(data, format)), "strict");
    expect(brokenBy(make(8001, 1))).toEqual(["R45"]);
    expect(brokenBy(make(1, 8001))).toEqual(["R45"]);
    expect(brokenBy(make(8000, 8000))).toEqual([]);
  },
);

test("R45 finds the sides of a JPEG behind all that a camera writes before them", () => {
  const { data, format } = jpeg(8001, 1, 60_000);
  expect(broken(showing(image(data, format)), "strict")).toEqual(["R45"]);
});

test("every rule of the contract that a body can break is there, and has a case", () => {
  // Nothing of R14 is left where R7 and R9 are kept; R54 is a wish, and R55 the same as R53 to the service.
  const undecidable = ["R14", "R54", "R55"];
  const numbers = many(55, (i) => `R${i + 1}`).filter((number) => !undecidable.includes(number));
  const tested = [...Object.keys(cases).map((name) => name.split(" ")[0]), "R8"];
  expect(new Set(rules.map(({ name }): string => name))).toEqual(new Set(numbers));
  expect(new Set(tested)).toEqual(new Set(numbers));
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
  expect(broken(withSchema({ ...schema, type: "object" }), "strict")).toEqual(["R30"]);
});
