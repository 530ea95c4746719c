import { describe, expect, test } from "bun:test";
import type { Conversation } from "../../../src/turn/conversation.ts";
import type { TurnEvent, Usage } from "../../../src/turn/events.ts";
import { createTokenEstimator, type TokenEstimator } from "../../../src/turn/tokens/estimator.ts";
import { assistant, call, conversation, result, tool, user } from "../../support/request.ts";
import { end, say, think, through, turnOf } from "../../support/turns.ts";

const words = (count: number) => "seven ".repeat(count);
const long = conversation([user(words(20_000))]);
const create = () => createTokenEstimator((name) => name);
/** What is estimated before anything was counted. */
const plain = create().inputTokens(long);

const usage = (inputTokens: number, outputTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: false,
});

/** Has a conversation answered, and returns what the client is told. */
async function answered(
  estimator: TokenEstimator,
  asked: Conversation,
  reported: Usage,
  ...said: TurnEvent[]
): Promise<Usage> {
  const { stage } = estimator.begin(asked);
  const events = (await through(turnOf([...said, { ...end(), usage: reported }]), stage)).flat();
  expect(events.slice(0, -1)).toEqual(said);
  const last = events.at(-1);
  if (last?.type !== "turn-end") throw new Error("no end");
  return last.usage;
}

describe("input", () => {
  test("is estimated from every part of a conversation", () => {
    const estimator = create();
    const none = estimator.inputTokens(conversation([]));
    const parts = [
      conversation([], { system: [words(9)] }),
      conversation([user(words(9))]),
      conversation([assistant({ type: "reasoning", text: words(9), signature: "" })]),
      conversation([assistant(call("1", "read", { path: words(9) }))]),
      conversation([user(result("1", words(9)))]),
      conversation([], { tools: [tool("read", { type: "object", description: words(9) })] }),
      conversation([user({ type: "image", mediaType: "image/png", data: "AAAA" })]),
      conversation([user({ type: "document", name: "a", mediaType: "text/plain", data: "A".repeat(80) })]),
    ];
    for (const part of parts) expect(estimator.inputTokens(part) - none).toBeGreaterThanOrEqual(9);
  });

  test("comes ever closer to what the service counts", async () => {
    const estimator = create();
    const errors: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      errors.push(30_000 - estimator.inputTokens(long));
      await answered(estimator, long, usage(30_000));
    }
    expect(errors).toEqual(errors.toSorted((left, right) => right - left));
    expect(errors.at(-1)).toBeLessThan(600);
  });

  test("follows a service that begins to count otherwise", async () => {
    const estimator = create();
    for (let turn = 0; turn < 20; turn++) await answered(estimator, long, usage(30_000));
    for (let turn = 0; turn < 20; turn++) await answered(estimator, long, usage(20_000));
    expect(estimator.inputTokens(long)).toBeWithin(19_500, 20_500);
  });

  test("counts what was read from and written to the cache", async () => {
    const estimator = create();
    const cached = { ...usage(1_000), cacheReadTokens: 20_000, cacheWriteTokens: 9_000 };
    for (let turn = 0; turn < 9; turn++) await answered(estimator, long, cached);
    expect(estimator.inputTokens(long)).toBeWithin(29_000, 30_500);
  });

  test.each([
    ["twice", 9_000_000, 2 * plain],
    ["half", 1, plain / 2],
  ])("is never more than %s off from the plain estimate", async (_, reported, most) => {
    const estimator = create();
    for (let turn = 0; turn < 50; turn++) await answered(estimator, long, usage(reported));
    expect(Math.abs(estimator.inputTokens(long) - most)).toBeLessThan(600);
  });

  test("of a short question teaches nothing, as most of it is the service's own", async () => {
    const estimator = create();
    for (let turn = 0; turn < 9; turn++) await answered(estimator, conversation([user("Hi")]), usage(400));
    expect(estimator.inputTokens(long)).toBe(plain);
  });

  test("is learnt for each model, by whatever name", async () => {
    const estimator = createTokenEstimator((name) => name.replace("-latest", ""));
    const named = (model: string) => conversation([user(words(20_000))], { model });
    await answered(estimator, named("claude-a"), usage(40_000));
    expect(estimator.inputTokens(named("claude-a-latest"))).toBe(estimator.inputTokens(named("claude-a")));
    expect(estimator.inputTokens(named("claude-a"))).toBeGreaterThan(30_000);
    expect(estimator.inputTokens(named("claude-b"))).toBe(plain);
  });
});

describe("output", () => {
  const uncounted: Usage = { ...usage(0), estimated: true };
  const outputOf = async (estimator: TokenEstimator) =>
    (await answered(estimator, long, uncounted, say(words(1_000)))).outputTokens;

  test("that the service counted is reported as it was", async () => {
    const reported = usage(5, 77);
    expect(await answered(create(), long, reported, say("Hello"))).toEqual(reported);
  });

  test("that the service has not counted is estimated, and never nothing", async () => {
    expect(await outputOf(create())).toBeWithin(900, 1_100);
    expect(await answered(create(), long, uncounted)).toEqual({ ...uncounted, outputTokens: 1 });
  });

  test("is estimated by what was counted before", async () => {
    const estimator = create();
    for (let turn = 0; turn < 9; turn++)
      await answered(estimator, long, usage(20_000, 1_500), say(words(1_000)));
    expect(await outputOf(estimator)).toBeWithin(1_400, 1_510);
  });

  test("with reasoning teaches nothing, as reasoning is counted in full and shown in part", async () => {
    const estimator = create();
    await answered(estimator, long, usage(20_000, 9_000), think("hm"), say(words(1_000)));
    expect(await outputOf(estimator)).toBe(await outputOf(create()));
  });
});
