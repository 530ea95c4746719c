import { describe, expect, test } from "bun:test";
import type { TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { conversation, user } from "../support/request.ts";
import { end, failed, say, source, think, through, turnIn, turnOf, wholeCall } from "../support/turns.ts";

const inputTokens = 7;
const honoured = honour(conversation([user("Hello")], { settings: { maxTokens: 0, stopSequences: ["x"] } }), {
  inputTokens,
  limitsOutput: true,
});
const answer = async (...events: readonly TurnEvent[]) =>
  (await through(turnOf(events), honoured.stage)).flat();

const nothing: TurnEvent = {
  type: "turn-end",
  stopReason: "length",
  stopSequence: null,
  usage: { inputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true },
};

describe("an answer that is not wanted", () => {
  test.each<[string, TurnEvent[]]>([
    ["in words", [say("Hi"), end()]],
    ["in thoughts", [think("Hm."), say("Hi"), end()]],
    ["in a call", [...wholeCall("1", "read", "{}"), end("tool-calls")]],
    ["in nothing", [end()]],
  ])("ends before it begins %s", async (_, events) => {
    expect(await answer(...events)).toEqual([nothing]);
  });

  test("is cancelled as soon as it has begun", async () => {
    const turn = source([[say("Once upon")]], { thenSilent: true });
    await through(turnIn(turn.stream), honoured.stage);
    expect(turn.cancellations).toHaveLength(1);
  });

  test("leaves a failure a failure", async () => {
    const failure = failed();
    expect(await answer(failure)).toEqual([failure]);
  });

  test("is asked for in as little as a model takes", () => {
    expect(honoured.conversation.settings).toMatchObject({ maxTokens: 1 });
  });
});
