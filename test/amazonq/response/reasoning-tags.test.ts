import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { thinkingTags } from "../../../src/amazonq/response/thinking-tags.ts";
import { run } from "../../../src/stream/stage.ts";
import type { TurnEvent } from "../../../src/turn/events.ts";

const ending: TurnEvent = {
  type: "turn-end",
  stopReason: "end",
  stopSequence: null,
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true },
};
const says = (text: string): TurnEvent => ({ type: "text-delta", text });
const call: TurnEvent[] = [
  { type: "tool-call-start", id: "1", name: "read" },
  { type: "tool-call-delta", json: "{}" },
  { type: "tool-call-end" },
];

/** In one line: text as it is, thinking as {…}, a call as @. */
const sketch = (events: readonly TurnEvent[], isShown = true): string =>
  run(thinkingTags(isShown), events)
    .map((event) => {
      if (event.type === "text-delta") return event.text;
      if (event.type === "reasoning-delta") return `{${event.text}`;
      if (event.type === "reasoning-end") return `}${event.signature}`;
      return event.type === "tool-call-start" ? "@" : "";
    })
    .join("")
    // Deltas of one run.
    .replaceAll(/(?<=\{[^}]*)\{/g, "");

const cases: [string, string, string][] = [
  ["at the start becomes reasoning", "<thinking>Hm.</thinking>Yes.\n", "{Hm.}Yes.\n"],
  ["with white space around it takes that along", " \n<thinking> Hm. </thinking>\n \nYes.", "{ Hm. }Yes."],
  ["alone is reasoning alone", "<thinking>Hm.</thinking>\n\n", "{Hm.}"],
  ["that is missing leaves white space as it is", " \n Yes. \n", " \n Yes. \n"],
  ["without an end is reasoning to the last", "<thinking>Hm. </thin", "{Hm. </thin}"],
  ["without a thought leaves no trace", "<thinking></thinking>Yes.", "Yes."],
  ["further on stays text", "Yes. <thinking>no</thinking>", "Yes. <thinking>no</thinking>"],
  ["a second time stays text", "<thinking>a</thinking><thinking>b</thinking>", "{a}<thinking>b</thinking>"],
  [
    "with other tags inside keeps them",
    "<thinking>a < b </b></thinkin ></thinking>c",
    "{a < b </b></thinkin >}c",
  ],
  ["that is another tag stays text", "<thinkings>a</thinkings>", "<thinkings>a</thinkings>"],
  ["that is not complete stays text", " <thinki", " <thinki"],
  ["that is missing changes nothing", "Plain < text.", "Plain < text."],
];

describe("thinking between tags", () => {
  test.each(cases)("%s, at any split", (_, text, expected) => {
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const events = pieces.filter((piece) => piece !== "").map(says);
        expect(sketch([...events, ending])).toBe(expected);
      }
    }
    expect(sketch([...Array.from(text, says), ending])).toBe(expected);
  });

  test("ends where a call begins, and does not begin behind one", () => {
    expect(sketch([says("<thinking>Hm."), ...call, says("</thinking>b"), ending])).toBe("{Hm.}@</thinking>b");
    expect(sketch([says("<thinking>Hm.</thinking>\n\n"), ...call, says("\nb"), ending])).toBe("{Hm.}@\nb");
    expect(sketch([says("\n\n"), ...call, ending])).toBe("\n\n@");
    expect(sketch([says("<think"), ...call, says("ing>a</thinking>"), ending])).toBe(
      "<think@ing>a</thinking>",
    );
    expect(sketch([...call, says("<thinking>a</thinking>"), ending])).toBe("@<thinking>a</thinking>");
  });

  test("reaches the client before the event that ends the answer, whatever that is", () => {
    const events = run(thinkingTags(true), [says("<thinking>a</"), ending]);
    expect(events.map(({ type }) => type)).toEqual([
      "reasoning-delta",
      "reasoning-delta",
      "reasoning-end",
      "turn-end",
    ]);
    expect(run(thinkingTags(true), [says("<thi")])).toEqual([says("<thi")]);
  });

  test("comes as it arrives, but for what may be a tag", () => {
    const sink: TurnEvent[] = [];
    const stage = thinkingTags(true)({ push: (event) => sink.push(event), end() {} });
    stage.push(says("<thinking>one"));
    stage.push(says(" two <"));
    expect(sink).toEqual([
      { type: "reasoning-delta", text: "one" },
      { type: "reasoning-delta", text: " two " },
    ]);
  });

  test("leaves no trace where it is not to be shown", () => {
    expect(sketch([says("\n<thinking>Hm."), says("</thinking>\n\nYes."), ending], false)).toBe("Yes.");
    expect(sketch([says("<thinking>Hm.</thinking>\n\n"), ...call, ending], false)).toBe("@");
    expect(sketch([says("<thinking>Hm."), ending], false)).toBe("");
  });

  test("no character is lost or made but white space around it, however a text is cut", () => {
    const pieces = fc.array(
      fc.constantFrom("<thinking>", "</thinking>", "<", "</thin", "king>", " ", "a", "👍"),
    );
    fc.assert(
      fc.property(pieces, (texts) => {
        const whole = texts.join("");
        const cut = run(thinkingTags(true), [...texts.map(says), ending]);
        const told = cut.map((event) => ("text" in event ? event.text : "")).join("");
        const match = /^\s*<thinking>(.*?)(?:<\/thinking>\s*(.*))?$/su.exec(whole);
        const [, thought, after = ""] = match ?? [];
        expect(told).toBe(match ? `${thought}${after}` : whole);
      }),
      { numRuns: 500 },
    );
  });
});
