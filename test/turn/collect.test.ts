import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BridgeError } from "../../src/errors.ts";
import { collectTurn, type TurnPart } from "../../src/turn/collect.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { turnReader } from "../../src/turn/reader.ts";
import { type SearchOutcome, searchFailed } from "../../src/turn/web-search.ts";
import { busyMs } from "../support/busy.ts";
import {
  batchesOfAll,
  end,
  failed,
  openCall,
  say,
  sign,
  source,
  think,
  turnIn,
  turnOf,
  wholeCall,
} from "../support/turns.ts";

const readerOf = (...batches: readonly (readonly TurnEvent[])[]) =>
  turnReader(Promise.resolve(turnOf(...batches)));
const collected = async (...events: readonly TurnEvent[]) => (await collectTurn(readerOf(events))).parts;
const text = (content: string): TurnPart => ({ type: "text", text: content });
const reasoning = (content: string, signature = ""): TurnPart => ({
  type: "reasoning",
  text: content,
  signature,
});
const call = (id: string, json: string, isWhole = true): TurnPart => ({
  type: "tool-call",
  id,
  name: "read",
  json,
  isWhole,
});

const nothingFound: SearchOutcome = { type: "found", results: [] };

describe("a whole answer", () => {
  const cases: [string, TurnEvent[], TurnPart[]][] = [
    ["nothing", [], []],
    ["a text in pieces", [say("a"), say(""), say("b")], [text("ab")]],
    ["equal pieces in a row", [say("ha"), say("ha"), say("\n\n"), say("\n\n")], [text("haha\n\n\n\n")]],
    [
      "texts with a thought between",
      [say("a"), think("hm"), say("b")],
      [text("a"), reasoning("hm"), text("b")],
    ],
    ["a signed thought", [think("h"), think("m"), sign("s"), say("a")], [reasoning("hm", "s"), text("a")]],
    [
      "two signed thoughts",
      [think("a"), sign("s"), think("b"), sign("t")],
      [reasoning("a", "s"), reasoning("b", "t")],
    ],
    ["a signature alone", [sign("s")], [reasoning("", "s")]],
    [
      "a hidden thought",
      [{ type: "redacted-reasoning", data: "x" }, say("a")],
      [{ type: "redacted-reasoning", data: "x" }, text("a")],
    ],
    [
      "calls, one after the other",
      [...wholeCall("1", "read", '{"a"', ":1}"), ...wholeCall("2", "read"), say("a")],
      [call("1", '{"a":1}'), call("2", ""), text("a")],
    ],
    ["a call that was cut", openCall("1", "read", '{"a'), [call("1", '{"a', false)]],
    [
      "searches, each with what became of it before the answer went on",
      [
        { type: "search-call", id: "1", query: "bun" },
        { type: "search-result", id: "1", outcome: nothingFound, inputTokens: 7 },
        say("a"),
        { type: "search-call", id: "2", query: "deno" },
      ],
      [
        { type: "search", id: "1", query: "bun", outcome: nothingFound },
        text("a"),
        { type: "search", id: "2", query: "deno", outcome: searchFailed("unavailable") },
      ],
    ],
    ["arguments that are no JSON", wholeCall("1", "read", "{", "}}"), [call("1", "{}}")]],
  ];
  test.each(cases)("of %s", async (_name, events, parts) => {
    expect(await collected(...events, end())).toEqual(parts);
  });

  test("has the ending that the stream had", async () => {
    expect((await collectTurn(readerOf([say("a")], [end("length")]))).end).toEqual(end("length"));
  });

  test("is the same however its events come in batches", async () => {
    const runs = fc.constantFrom<TurnEvent[]>(
      [say("a")],
      [say("é")],
      [think("hm"), sign("s")],
      [think("hm")],
      wholeCall("1", "read", "{", "}"),
    );
    const answers = fc.array(runs, { maxLength: 10 }).map((parts) => [...parts.flat(), end()]);
    await fc.assert(
      fc.asyncProperty(answers, fc.infiniteStream(fc.integer({ min: 1, max: 3 })), async (events, sizes) => {
        const batches: TurnEvent[][] = [];
        for (let start = 0; start < events.length; start += batches.at(-1)?.length ?? 0) {
          batches.push(events.slice(start, start + (sizes.next().value ?? 1)));
        }
        expect((await collectTurn(readerOf(...batches))).parts).toEqual(await collected(...events));
      }),
    );
  });

  test("says all that the stream said, in its order", async () => {
    const events = [say("a"), think("b"), sign(""), say("c"), ...wholeCall("1", "read", "{}"), say("d")];
    const parts = await collected(...events, end());
    const folded = parts.map((part) =>
      "text" in part ? part.text : part.type === "tool-call" ? part.json : "",
    );
    const streamed = (await batchesOfAll(turnOf(events))).flat().map((event) => {
      if ("text" in event) return event.text;
      return event.type === "tool-call-delta" ? event.json : "";
    });
    expect(folded.join("")).toBe(streamed.join(""));
  });

  test("of very many pieces takes no long time", async () => {
    const start = busyMs();
    const [part] = await collected(...Array.from({ length: 200_000 }, () => say("a")), end());
    expect(part).toEqual(text("a".repeat(200_000)));
    expect(busyMs() - start).toBeLessThan(1_000);
  });
});

describe("an answer that fails", () => {
  test("is rejected with the failure itself, whatever was said before", async () => {
    const error = new BridgeError("upstream", "The service broke off.");
    await expect(collectTurn(readerOf([say("a")], [say("b"), failed(error)]))).rejects.toBe(error);
  });

  test.each([[[]], [[[say("a")]]]])(
    "without an ending is a failure, never an answer: %j",
    async (batches) => {
      await expect(collectTurn(readerOf(...batches))).rejects.toMatchObject({ kind: "internal" });
    },
  );

  test("is not read any further", async () => {
    const turn = source([[failed()]], { thenSilent: true });
    await collectTurn(turnReader(Promise.resolve(turnIn(turn.stream)))).catch(() => {});
    expect(turn.cancellations).toHaveLength(1);
  });
});
