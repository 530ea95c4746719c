import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type BatchOptions, transformed } from "../../src/stream/batches.ts";
import { pipe, run, type Stage } from "../../src/stream/stage.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { allOf, type Source, source } from "../support/turns.ts";

const doubled: Stage<number, number> = (next) => ({
  push: (value) => next.push(value * 2),
  end: () => next.end(),
});

/** Says each value as often as its size, and at the end how many came. */
const repeated: Stage<number, string> = (next) => {
  let count = 0;
  return {
    push(value) {
      count++;
      for (let index = 0; index < value; index++) next.push(`${value}`);
    },
    end() {
      next.push(`${count} in all`);
      next.end();
    },
  };
};

describe("stages", () => {
  test("run gives what a stage says of its input and of its end", () => {
    expect(run(repeated, [2, 0, 1])).toEqual(["2", "2", "1", "3 in all"]);
    expect(run(repeated, [])).toEqual(["0 in all"]);
  });

  test("a pipe is the one stage after the other, its end included", () => {
    expect(run(pipe(doubled, repeated), [1, 2])).toEqual(["2", "2", "4", "4", "4", "4", "2 in all"]);
  });

  test("it does not matter how a row of stages is bracketed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (values) => {
        const left = pipe(pipe(doubled, doubled), repeated);
        const right = pipe(doubled, pipe(doubled, repeated));
        expect(run(left, values)).toEqual(run(right, values));
      }),
    );
  });

  test("each use of a stage has a state of its own", () => {
    expect(run(repeated, [1])).toEqual(run(repeated, [1]));
  });
});

/** Says each word of a piece; `!` breaks it, `.` is the last word there can be. */
const spelled: Stage<string, string> = (next) => ({
  push(piece) {
    for (const word of piece.split(" ")) {
      if (word === "!") throw new Error("broken");
      if (word) next.push(word);
    }
  },
  end: () => next.end(),
});

/** `spelled` over a source of texts, cut into pieces at `/`. */
function open(texts: Source<string>, stage: Stage<string, string> = spelled) {
  let closed = 0;
  const options: BatchOptions<string, string> = {
    settle: (error) => `failed: ${error instanceof Error ? error.message : error}`,
    onClose: () => closed++,
    pieces: (text) => text.split("/"),
    isLast: (word) => word === "." || word.startsWith("failed: "),
  };
  return { stream: transformed(texts.stream, stage, options), closed: () => closed };
}

describe("a transformed stream", () => {
  const endings: Record<string, { texts: Source<string>; batches: string[][] }> = {
    "each piece that gives anything gives one batch": {
      texts: source(["a b/c", " ", "//d e f/g"]),
      batches: [["a", "b"], ["c"], ["d", "e", "f"], ["g"]],
    },
    "a source without anything gives nothing": { texts: source<string>([]), batches: [] },
    "nothing comes after the last value, not even from its own piece": {
      texts: source(["a . b/c", "d"]),
      batches: [["a", "."]],
    },
    "what a piece gave before it broke stands before the failure": {
      texts: source(["a b ! c/d", "e"]),
      batches: [["a", "b", "failed: broken"]],
    },
    "a piece that breaks after the last value has not broken the answer": {
      texts: source(["a . !"]),
      batches: [["a", "."]],
    },
    "a source that breaks is a failure after all that came": {
      texts: source(["a", "b"], { thenFail: new Error("reset") }),
      batches: [["a"], ["b"], ["failed: reset"]],
    },
    "a source that breaks before anything is a failure and nothing else": {
      texts: source<string>([], { thenFail: new Error("reset") }),
      batches: [["failed: reset"]],
    },
  };

  test.each(Object.entries(endings))("%s", async (_name, { texts, batches }) => {
    const { stream, closed } = open(texts);
    expect(await allOf(stream)).toEqual(batches);
    expect(closed()).toBe(1);
  });

  test("what a stage says at its end comes last", async () => {
    const texts = source(["a"]);
    const counting: Stage<string, string> = (next) => ({ push: () => {}, end: () => next.push("one") });
    expect(await allOf(open(texts, counting).stream)).toEqual([["one"]]);
  });

  test("a stage that breaks at its end has failed", async () => {
    const unfinished: Stage<string, string> = (next) => ({
      push: next.push,
      end() {
        throw new Error("cut");
      },
    });
    const { stream, closed } = open(source(["a"]), unfinished);
    expect(await allOf(stream)).toEqual([["a"], ["failed: cut"]]);
    expect(closed()).toBe(1);
  });

  test.each(["a .", "a !"])(
    "after %p the rest of the source is cancelled, though it is silent",
    async (text) => {
      const texts = source([text], { thenSilent: true });
      const { stream, closed } = open(texts);
      await allOf(stream);
      expect(texts.cancellations).toHaveLength(1);
      expect(texts.pulls()).toBe(1);
      expect(closed()).toBe(1);
    },
  );

  test("cancelling reaches a source that is being waited for within a turn of the event loop", async () => {
    const texts = source(["a"], { thenSilent: true });
    const { stream, closed } = open(texts);
    const reader = stream.getReader();
    await reader.read();
    const waiting = reader.read();
    await until(() => texts.pulls() === 2);

    const cancelled = reader.cancel("gone");
    await turnOfLoop();
    expect(texts.cancellations).toEqual(["gone"]);
    expect(closed()).toBe(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
    await cancelled;
    await turnOfLoop();
    expect(closed()).toBe(1);
  });

  test("cancelling before the first read never asks the source", async () => {
    const texts = source(["a"]);
    const { stream, closed } = open(texts);
    await stream.cancel("gone");
    expect(texts.cancellations).toEqual(["gone"]);
    expect(texts.pulls()).toBe(0);
    expect(closed()).toBe(1);
  });

  test("cancelling after the end is nothing", async () => {
    const texts = source(["a"]);
    const { stream, closed } = open(texts);
    const reader = stream.getReader();
    while (!(await reader.read()).done);
    await reader.cancel("gone");
    expect(texts.cancellations).toEqual([]);
    expect(closed()).toBe(1);
  });

  test("a stage that breaks when its source is cancelled under it breaks nothing", async () => {
    const texts = source(["a"], { thenSilent: true });
    const broken: Stage<string, string> = () => ({
      push() {},
      end() {
        throw new Error("cut");
      },
    });
    const { stream, closed } = open(texts, broken);
    const reader = stream.getReader();
    const waiting = reader.read();
    await until(() => texts.pulls() === 2);
    await reader.cancel("gone");
    expect(await waiting).toEqual({ done: true, value: undefined });
    await turnOfLoop();
    expect(closed()).toBe(1);
  });

  test("a reader that stops stops the source: nothing is asked for ahead", async () => {
    const texts = source(Array.from({ length: 100 }, () => "a"));
    const reader = open(texts).stream.getReader();
    for (let read = 1; read <= 3; read++) {
      await reader.read();
      await turnOfLoop();
      expect(texts.pulls()).toBeLessThanOrEqual(read + 1);
    }
  });

  test("pieces of one chunk wait for the reader, too", async () => {
    let pushed = 0;
    const counting: Stage<string, string> = (next) => ({
      push(value) {
        pushed++;
        next.push(value);
      },
      end: () => next.end(),
    });
    const reader = open(source(["a/b/c/d"]), counting).stream.getReader();
    expect((await reader.read()).value).toEqual(["a"]);
    await turnOfLoop();
    expect(pushed).toBeLessThanOrEqual(2);
  });

  test("a chunk may have very many pieces", async () => {
    const batches = await allOf(open(source(["a/".repeat(200_000)])).stream);
    expect(batches).toHaveLength(200_000);
  });
});
