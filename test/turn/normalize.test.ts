import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { alternate } from "../../src/turn/normalize.ts";
import { pairToolResults } from "../../src/turn/pairing.ts";
import { isBlank, joinTexts, splitText } from "../../src/turn/text.ts";
import { conversations, texts } from "../support/arbitraries.ts";
import { assistant, call, errorResult, result, system, text, user } from "../support/request.ts";

const sameId = (id: string) => id;

describe("alternate", () => {
  test("turns alternate, and making them alternate again changes nothing", () => {
    fc.assert(
      fc.property(conversations(), ({ messages }) => {
        const turns = alternate(messages);
        for (const [index, turn] of turns.entries()) expect(turn.role).not.toBe(turns[index - 1]?.role ?? "");
        expect(alternate(turns)).toEqual(turns);
      }),
    );
  });

  test("neighbours keep the order of their parts", () => {
    expect(
      alternate([user("a"), user(), system("s"), user("b"), assistant("c"), assistant(call("1"))]),
    ).toEqual([
      user("a", "[Instructions from the system, not from the user]\n\ns", "b"),
      assistant("c", call("1")),
    ]);
  });

  const thought = { type: "reasoning" as const, text: "Hm.", signature: "s" };

  test.each([
    ["before it", [assistant(thought), assistant("a"), assistant(call("1"))], [thought, "a", call("1")]],
    ["behind it", [assistant("a"), assistant(thought)], ["a", thought]],
    ["between", [assistant("a"), assistant(thought), assistant(call("1"))], ["a", thought, call("1")]],
  ] as const)("thoughts that stand alone are those of the answer %s", (_, messages, parts) => {
    expect(alternate([user("q"), ...messages, user("r")])).toEqual([
      user("q"),
      assistant(...parts),
      user("r"),
    ]);
  });

  test("thoughts without an answer disappear", () => {
    expect(alternate([user("a"), assistant(thought), assistant(thought, " "), user("b")])).toEqual([
      user("a", "b"),
    ]);
  });

  test("blank instructions say nothing", () => {
    expect(alternate([user("a"), system(" ")])).toEqual([user("a")]);
    expect(alternate([user("a"), assistant(call("1")), system("\0"), assistant("b")])).toEqual([
      user("a"),
      assistant(call("1"), "b"),
    ]);
  });

  test("a very long row of neighbours is one turn", () => {
    const [turn] = alternate([user(...Array.from({ length: 200_000 }, () => "a")), user("b")]);
    expect(turn?.parts).toHaveLength(200_001);
  });
});

describe("pairToolResults", () => {
  test("results stand apart from what else the user sent, in the order of the calls", () => {
    const turns = [
      assistant("a", call("1"), call("2")),
      user("b", result("2", "two"), "c", errorResult("1", "one")),
    ];
    expect(pairToolResults(turns, (id) => `new-${id}`)).toEqual([
      { role: "assistant", parts: [text("a")], calls: [call("new-1"), call("new-2")] },
      {
        role: "user",
        results: [errorResult("new-1", "one"), result("new-2", "two")],
        parts: [text("b"), text("c")],
      },
    ]);
  });

  test("a result two turns behind its call is text", () => {
    const turns = pairToolResults(
      [assistant(call("1")), user("a"), assistant("b"), user(result("1", "late"))],
      sameId,
    );
    expect(turns.at(-1)).toEqual({
      role: "user",
      results: [],
      parts: [text("[Result from an earlier tool call, 1]"), text("late")],
    });
  });

  test("every call has one result, under the id it was given", () => {
    fc.assert(
      fc.property(conversations(), ({ messages }) => {
        let count = 0;
        const turns = pairToolResults(alternate(messages), () => `${count++}`);
        for (const [index, turn] of turns.entries()) {
          const before = turns[index - 1];
          if (turn.role === "user" && before?.role === "assistant") {
            expect(turn.results.map(({ callId }) => callId)).toEqual(before.calls.map(({ id }) => id));
          }
        }
      }),
    );
  });
});

describe("texts", () => {
  test("the pieces of a text make it up, each within the limit and well formed", () => {
    fc.assert(
      fc.property(texts(), fc.integer({ min: 2, max: 20 }), (whole, limit) => {
        const pieces = splitText(whole.toWellFormed(), limit);
        expect(pieces.join("")).toBe(whole.toWellFormed());
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test("a text is cut behind a line when one ends in the second half of a piece", () => {
    expect(splitText("aaaaaa\nbbbbb", 10)).toEqual(["aaaaaa\n", "bbbbb"]);
    expect(splitText("a\nbbbbbbbbbbb", 10)).toEqual(["a\nbbbbbbbb", "bbb"]);
  });

  test("joined texts leave out blank ones", () => {
    expect(joinTexts(["a", " ", "\0", "b"])).toBe("a\n\nb");
    expect(joinTexts(["\n"])).toBe("");
  });

  test("blank is what shows nothing", () => {
    for (const blank of ["", " \n\t", "\0\u0001", "\u200b\ufeff\u2028"]) expect(isBlank(blank)).toBe(true);
    for (const shown of ["a", ".", "👍", "\ud800", "\ufffd"]) expect(isBlank(shown)).toBe(false);
  });
});
