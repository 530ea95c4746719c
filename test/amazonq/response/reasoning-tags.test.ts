import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { thinkingTags } from "../../../src/amazonq/response/thinking-tags.ts";
import { run } from "../../../src/stream/stage.ts";
import type { TurnEvent } from "../../../src/turn/events.ts";
import { end, say, wholeCall } from "../../support/turns.ts";

const call = wholeCall("1", "read", "{}");

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
        const events = pieces.filter((piece) => piece !== "").map(say);
        expect(sketch([...events, end()])).toBe(expected);
      }
    }
    expect(sketch([...Array.from(text, (letter) => say(letter)), end()])).toBe(expected);
  });

  test("ends where a call begins, and does not begin behind one", () => {
    expect(sketch([say("<thinking>Hm."), ...call, say("</thinking>b"), end()])).toBe("{Hm.}@</thinking>b");
    expect(sketch([say("<thinking>Hm.</thinking>\n\n"), ...call, say("\nb"), end()])).toBe("{Hm.}@\nb");
    expect(sketch([say("\n\n"), ...call, end()])).toBe("\n\n@");
    expect(sketch([say("<think"), ...call, say("ing>a</thinking>"), end()])).toBe("<think@ing>a</thinking>");
    expect(sketch([...call, say("<thinking>a</thinking>"), end()])).toBe("@<thinking>a</thinking>");
  });

  test("reaches the client before the event that ends the answer, whatever that is", () => {
    const events = run(thinkingTags(true), [say("<thinking>a</"), end()]);
    expect(events.map(({ type }) => type)).toEqual([
      "reasoning-delta",
      "reasoning-delta",
      "reasoning-end",
      "turn-end",
    ]);
    expect(run(thinkingTags(true), [say("<thi")])).toEqual([say("<thi")]);
  });

  test("comes as it arrives, but for what may be a tag", () => {
    const sink: TurnEvent[] = [];
    const stage = thinkingTags(true)({ push: (event) => sink.push(event), end() {} });
    stage.push(say("<thinking>one"));
    stage.push(say(" two <"));
    expect(sink).toEqual([
      { type: "reasoning-delta", text: "one" },
      { type: "reasoning-delta", text: " two " },
    ]);
  });

  test("leaves no trace where it is not to be shown", () => {
    expect(sketch([say("\n<thinking>Hm."), say("</thinking>\n\nYes."), end()], false)).toBe("Yes.");
    expect(sketch([say("<thinking>Hm.</thinking>\n\n"), ...call, end()], false)).toBe("@");
    expect(sketch([say("<thinking>Hm."), end()], false)).toBe("");
  });

  test("no character is lost or made but white space around it, however a text is cut", () => {
    const pieces = fc.array(
      fc.constantFrom("<thinking>", "</thinking>", "<", "</thin", "king>", " ", "a", "👍"),
    );
    fc.assert(
      fc.property(pieces, (texts) => {
        const whole = texts.join("");
        const cut = run(thinkingTags(true), [...texts.map(say), end()]);
        const told = cut.map((event) => ("text" in event ? event.text : "")).join("");
        const match = /^\s*<thinking>(.*?)(?:<\/thinking>\s*(.*))?$/su.exec(whole);
        const [, thought, after = ""] = match ?? [];
        expect(told).toBe(match ? `${thought}${after}` : whole);
      }),
      { numRuns: 500 },
    );
  });
});
