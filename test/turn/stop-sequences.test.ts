import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "../../src/stream/stage.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { stopSequences } from "../../src/turn/stop-sequences.ts";
import { busyMs } from "../support/busy.ts";
import { conversation, user } from "../support/request.ts";
import {
  end,
  failed,
  say,
  sign,
  source,
  spoken,
  think,
  through,
  turnIn,
  turnOf,
  wholeCall,
} from "../support/turns.ts";

const inputTokens = 7;
const passed = (sequences: readonly string[], events: readonly TurnEvent[]) =>
  run(stopSequences(sequences, inputTokens), events);

/** The same as a whole answer, where nothing comes after its ending. */
async function answer(sequences: readonly string[], events: readonly TurnEvent[]): Promise<TurnEvent[]> {
  const asked = conversation([user("Hello")], { settings: { stopSequences: sequences } });
  const { stage } = honour(asked, { inputTokens, limitsOutput: true });
  return (await through(turnOf(events), stage)).flat();
}

/** What an answer is worth when a model writes it letter by letter and stops as soon as a sequence is complete. */
function stopped(sequences: readonly string[], text: string): { text: string; sequence: string | null } {
  for (let length = 1; length <= text.length; length++) {
    const written = text.slice(0, length);
    const complete = sequences.filter((sequence) => written.endsWith(sequence));
    const sequence = complete.toSorted((a, b) => b.length - a.length)[0];
    if (sequence) return { text: written.slice(0, -sequence.length), sequence };
  }
  return { text, sequence: null };
}

const letters = (min: number, max: number) =>
  fc
    .array(fc.constantFrom("a", "b", "é", "😀"), { minLength: min, maxLength: max })
    .map((parts) => parts.join(""));
const sequenceLists = fc.array(letters(1, 4), { minLength: 1, maxLength: 4 });
const deltas = fc.array(letters(0, 5), { maxLength: 8 });

describe("stop sequences", () => {
  test("end the text before the first one, wherever its pieces are cut", async () => {
    await fc.assert(
      fc.asyncProperty(sequenceLists, deltas, async (sequences, pieces) => {
        const expected = stopped(sequences, pieces.join(""));
        const events = await answer(sequences, [...pieces.map(say), end()]);
        expect(spoken(events)).toBe(expected.text);
        expect(events.at(-1)).toMatchObject(
          expected.sequence === null
            ? end()
            : { stopReason: "stop-sequence", stopSequence: expected.sequence },
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("that do not occur change nothing but where the pieces are cut", () => {
    const others = fc.constantFrom<TurnEvent[]>(
      [think("a!b")],
      [sign()],
      wholeCall("1", "read", '{"a":"!"}'),
    );
    const events = fc.array(
      fc.oneof(
        letters(0, 5).map((text) => [say(text)]),
        others,
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(events, fc.array(letters(0, 3), { minLength: 1, maxLength: 3 }), (parts, starts) => {
        const given = [...parts.flat(), end()];
        const sequences = starts.map((start) => `${start}!`);
        expect(joined(passed(sequences, given))).toEqual(joined(given));
      }),
    );
  });

  test.each([
    ["of two, the one that is complete first", ["abcd", "bc"], "xabcd", "xa", "bc"],
    ["of two that end together, the longer", ["c", "abc"], "xabc", "x", "abc"],
    ["one that begins again inside itself", ["aab"], "aaab", "a", "aab"],
    ["one at the very start", ["a"], "abc", "", "a"],
    ["one with a line break", ["\n\nHuman:"], "Yes.\n\n\nHuman: no", "Yes.\n", "\n\nHuman:"],
  ])("%s", async (_name, sequences, text, kept, sequence) => {
    for (const pieces of [[text], [...text]]) {
      const events = await answer(sequences, [...pieces.map(say), end()]);
      expect(spoken(events)).toBe(kept);
      expect(events.at(-1)).toMatchObject({ stopReason: "stop-sequence", stopSequence: sequence });
    }
  });

  test("are looked for all at once, however many and alike they are", async () => {
    const sequences = Array.from({ length: 256 }, (_, count) => `${"a".repeat(count)}b`);
    const pieces = Array<string>(5_000).fill("c".repeat(300));
    const before = busyMs();
    const events = await answer(sequences, [...pieces.map(say), end()]);
    expect(spoken(events)).toHaveLength(1_500_000);
    expect(busyMs() - before).toBeLessThan(2_000);
  });

  test("in reasoning and in a tool's arguments are no stop", async () => {
    const events = [
      think("STOP"),
      sign("s"),
      say("a"),
      ...wholeCall("1", "STOP", '"STOP"'),
      end("tool-calls"),
    ];
    expect(await answer(["STOP"], events)).toEqual(events);
  });

  test("are not put together across what stands between two texts", async () => {
    const events = [say("ST"), think("hm"), say("OP"), end()];
    expect(await answer(["STOP"], events)).toEqual(events);
  });

  test("let a text go as soon as none can come of it", () => {
    const said: TurnEvent[] = [];
    const sink = stopSequences(["STOP"], inputTokens)({ push: (event) => said.push(event), end() {} });
    sink.push(say("so S"));
    expect(spoken(said)).toBe("so ");
    sink.push(say("TO"));
    expect(spoken(said)).toBe("so ");
    sink.push(say("RM"));
    expect(spoken(said)).toBe("so STORM");
  });

  test("hold nothing back from an answer that fails", async () => {
    expect(await answer(["STOP"], [say("so ST"), failed()])).toEqual([say("so "), say("ST"), failed()]);
  });

  test("cost what was said, by estimate", async () => {
    const [, ending] = await answer(["STOP"], [say("one two three STOP four"), end()]);
    expect(ending).toMatchObject({ usage: { inputTokens, estimated: true } });
    const [, longer] = await answer(["STOP"], [say(`${"one two three ".repeat(50)}STOP`), end()]);
    const outputOf = (event: TurnEvent | undefined) =>
      event?.type === "turn-end" ? event.usage.outputTokens : 0;
    expect(outputOf(ending)).toBeGreaterThan(0);
    expect(outputOf(longer)).toBeGreaterThan(20 * outputOf(ending));
  });

  test("cancel the service's answer at once, though it is silent", async () => {
    const turn = source([[say("a"), say("STOP"), say("b")]], { thenSilent: true });
    const asked = conversation([user("Hello")], { settings: { stopSequences: ["STOP"] } });
    const events = (
      await through(turnIn(turn.stream), honour(asked, { inputTokens, limitsOutput: true }).stage)
    ).flat();
    expect(events.map(({ type }) => type)).toEqual(["text-delta", "turn-end"]);
    expect(turn.pulls()).toBe(1);
    expect(turn.cancellations).toHaveLength(1);
  });

  test("take time that grows with the text, not faster", () => {
    const start = busyMs();
    const pieces = Array.from({ length: 100_000 }, () => say("the quick brown fox "));
    passed(["\n\nHuman:", "</answer>", "fog"], pieces);
    expect(busyMs() - start).toBeLessThan(1_000);
  });
});

/** Neighbouring texts as one. */
function joined(events: readonly TurnEvent[]): TurnEvent[] {
  const result: TurnEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type !== "text-delta") result.push(event);
    else if (last?.type === "text-delta") result[result.length - 1] = say(last.text + event.text);
    else if (event.text) result.push(event);
  }
  return result;
}
