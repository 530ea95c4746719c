import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, property, string } from "fast-check";
import { eachOf } from "../../src/stream/stage.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { joiningPieces, joinPieces } from "../../src/turn/join-pieces.ts";

const pieces = {
  text: (text: string): TurnEvent => ({ type: "text-delta", text }),
  reasoning: (text: string): TurnEvent => ({ type: "reasoning-delta", text }),
  call: (json: string): TurnEvent => ({ type: "tool-call-delta", json }),
  end: (): TurnEvent => ({ type: "tool-call-end" }),
};
const events = array(
  constantFrom(...Object.values(pieces)).chain((piece) => string({ maxLength: 3 }).map(piece)),
);

/** All that is said, a line for each run of one kind. */
function said(batch: readonly TurnEvent[]): string {
  let text = "";
  let kind = "";
  for (const event of batch) {
    if (event.type !== kind || event.type === "tool-call-end") text += `\n${event.type}:`;
    kind = event.type;
    text += "text" in event ? event.text : "json" in event ? event.json : "";
  }
  return text;
}

describe("pieces that were joined", () => {
  test("say what they said before, in the same order", () => {
    assert(
      property(events, (batch) => said(joinPieces(batch)) === said(batch)),
      { numRuns: 1000 },
    );
  });

  test("are no neighbours of one kind any more", () => {
    const isJoined = (batch: readonly TurnEvent[]) =>
      batch.every(({ type }, index) => type === "tool-call-end" || type !== batch[index + 1]?.type);
    assert(
      property(events, (batch) => isJoined(joinPieces(batch))),
      { numRuns: 1000 },
    );
  });

  test("stay what they are for whoever joined them", () => {
    const batch = [pieces.text("a"), pieces.text("b")];
    joinPieces(batch);
    expect(batch).toEqual([pieces.text("a"), pieces.text("b")]);
  });
});

describe("pieces that a stage gives", () => {
  test("are joined for each input, and are there before its next", () => {
    const heard: TurnEvent[] = [];
    const sink = joiningPieces(eachOf<TurnEvent>)({ push: (event) => heard.push(event), end() {} });
    sink.push([pieces.text("a"), pieces.text("b"), pieces.reasoning("c")]);
    expect(heard).toEqual([pieces.text("ab"), pieces.reasoning("c")]);
    sink.push([pieces.reasoning("d")]);
    expect(heard.at(-1)).toEqual(pieces.reasoning("d"));
  });

  test("are passed on when the stage fails behind them, or says its last at the end", () => {
    const heard: TurnEvent[] = [];
    const sink = joiningPieces<TurnEvent>((next) => ({
      push(event) {
        next.push(event);
        next.push(event);
        throw new Error("broken");
      },
      end() {
        next.push(pieces.text("the last"));
        next.end();
      },
    }))({ push: (event) => heard.push(event), end: () => heard.push(pieces.end()) });
    expect(() => sink.push(pieces.text("a"))).toThrow("broken");
    expect(heard).toEqual([pieces.text("aa")]);
    sink.end();
    expect(heard.slice(1)).toEqual([pieces.text("the last"), pieces.end()]);
  });

  test("are passed on when the stage fails at its end", () => {
    const heard: TurnEvent[] = [];
    const sink = joiningPieces<TurnEvent>((next) => ({
      push() {},
      end() {
        next.push(pieces.text("the "));
        next.push(pieces.text("last"));
        throw new Error("broken");
      },
    }))({ push: (event) => heard.push(event), end() {} });
    expect(() => sink.end()).toThrow("broken");
    expect(heard).toEqual([pieces.text("the last")]);
  });
});
