import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, property, string } from "fast-check";
import type { TurnEvent } from "../../src/turn/events.ts";
import { joinPieces } from "../../src/turn/join-pieces.ts";

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
