import { describe, expect, test } from "bun:test";
import type { TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { conversation, user } from "../support/request.ts";
import {
  end,
  failed,
  openCall,
  say,
  source,
  think,
  through,
  turnIn,
  turnOf,
  wholeCall,
} from "../support/turns.ts";

const inputTokens = 7;
const { stage } = honour(conversation([user("Hello")], { settings: { parallelToolCalls: false } }), {
  inputTokens,
  limitsOutput: true,
});
const answer = async (events: readonly TurnEvent[]) => (await through(turnOf(events), stage)).flat();

describe("a client that wants one call at a time", () => {
  const untouched: Record<string, TurnEvent[]> = {
    "no call": [think("hm"), say("a"), end()],
    "one call": [say("a"), ...wholeCall("1", "read", "{}"), end("tool-calls")],
    "one call and what is said after it": [...wholeCall("1", "read", "{}"), say("a"), end("tool-calls")],
    "a call that was cut": [...openCall("1", "read", "{"), end("length")],
    "a failure inside a call": [...openCall("1", "read", "{"), failed()],
  };
  test.each(Object.entries(untouched))("%s is passed on as it is", async (_name, events) => {
    expect(await answer(events)).toEqual(events);
  });

  test("the answer ends where a second call would begin, whole and with its one call", async () => {
    const first = [say("a"), ...wholeCall("1", "read", "{}")];
    const events = await answer([...first, say("b"), ...wholeCall("2", "read", "{}"), end("tool-calls")]);
    expect(events.slice(0, -1)).toEqual([...first, say("b")]);
    expect(events.at(-1)).toMatchObject({
      type: "turn-end",
      stopReason: "tool-calls",
      usage: { inputTokens, estimated: true },
    });
  });

  test("the rest of the service's answer is cancelled at once, though it is silent", async () => {
    const turn = source([wholeCall("1", "read", "{}"), openCall("2", "read")], { thenSilent: true });
    await through(turnIn(turn.stream), stage);
    expect(turn.cancellations).toHaveLength(1);
    expect(turn.pulls()).toBe(2);
  });
});
