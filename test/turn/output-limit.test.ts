import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { conversation, user } from "../support/request.ts";
import {
  end,
  failed,
  openCall,
  say,
  source,
  spoken,
  think,
  through,
  turnIn,
  turnOf,
  uncounted,
  wholeCall,
} from "../support/turns.ts";

const inputTokens = 7;
const limited = (maxTokens: number, limitsOutput = false) =>
  honour(conversation([user("Hello")], { settings: { maxTokens } }), { inputTokens, limitsOutput }).stage;
const answer = async (maxTokens: number, events: readonly TurnEvent[]): Promise<TurnEvent[]> =>
  (await through(turnOf(events), limited(maxTokens))).flat();

/** Well over `tokens` of them, by any estimate. */
const longText = (tokens: number) => "one two three ".repeat(tokens);
const isLength = (event: TurnEvent | undefined) =>
  event?.type === "turn-end" && event.stopReason === "length";

describe("an output limit", () => {
  test("that is not reached changes nothing, and the service's count stands", async () => {
    const events = [think("hm"), say("a"), ...wholeCall("1", "read", "{}"), end("tool-calls")];
    expect(await answer(1_000, events)).toEqual(events);
  });

  test("ends the answer with what there was room for, in whole characters", async () => {
    const characters = fc.constantFrom("a", " ", "é", ".", "中", "😀");
    const pieces = fc.array(
      fc.array(characters, { maxLength: 30 }).map((parts) => parts.join("")),
      { maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 40 }), async (texts, maxTokens) => {
        const whole = texts.join("");
        const events = await answer(maxTokens, [...texts.map(say), end()]);
        const kept = spoken(events);
        expect(whole.startsWith(kept)).toBe(true);
        expect(kept.isWellFormed()).toBe(true);
        expect(isLength(events.at(-1))).toBe(kept !== whole);
      }),
    );
  });

  test("keeps more the higher it is, and about as much as it says", async () => {
    const text = longText(1_000);
    let previous = 0;
    for (const maxTokens of [1, 10, 100, 1_000]) {
      const words = spoken(await answer(maxTokens, [say(text), end()]))
        .trim()
        .split(" ").length;
      expect(words).toBeGreaterThan(previous);
      expect(words).toBeWithin(maxTokens / 2, maxTokens * 2);
      previous = words;
    }
  });

  test("is the same however the text is cut", async () => {
    const text = longText(50);
    const whole = spoken(await answer(50, [say(text), end()]));
    const inWords = spoken(await answer(50, [...text.split(/(?<= )/).map(say), end()]));
    expect(Math.abs(whole.length - inWords.length)).toBeLessThan(20);
  });

  test("reports as many tokens as it allowed, and says that they are estimated", async () => {
    const events = await answer(10, [say(longText(10)), end()]);
    expect(events.at(-1)).toEqual({
      type: "turn-end",
      stopReason: "length",
      stopSequence: null,
      usage: { inputTokens, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true },
    });
  });

  test("counts reasoning, and may end in it", async () => {
    const [thought, ending] = await answer(10, [think(longText(10)), say("a"), end()]);
    expect(thought?.type).toBe("reasoning-delta");
    expect(isLength(ending)).toBe(true);
  });

  test("may end inside a call, which is then left open", async () => {
    const events = await answer(10, [
      ...wholeCall("1", "read", JSON.stringify(longText(10))),
      end("tool-calls"),
    ]);
    expect(events.map(({ type }) => type)).toEqual(["tool-call-start", "tool-call-delta", "turn-end"]);
    expect(isLength(events.at(-1))).toBe(true);
  });

  test("begins no call that there is no room for", async () => {
    const name = "read_a_file_with_a_very_long_name".repeat(10);
    const events = await answer(5, [say("a"), ...openCall("1", name, "{}"), end()]);
    expect(events.map(({ type }) => type)).toEqual(["text-delta", "turn-end"]);
  });

  test("leaves a failure a failure", async () => {
    expect(await answer(10, [say("a"), failed()])).toEqual([say("a"), failed()]);
  });

  test("cancels the service's answer at once, though it is silent", async () => {
    const turn = source([[say(longText(10))]], { thenSilent: true });
    await through(turnIn(turn.stream), limited(10));
    expect(turn.cancellations).toHaveLength(1);
    expect(turn.pulls()).toBe(1);
  });

  test("is left to a model that keeps to it itself", async () => {
    const batches = await through(turnOf([say(longText(10)), end()]), limited(1, true));
    expect(batches.flat().at(-1)).toMatchObject({ usage: uncounted });
  });
});
