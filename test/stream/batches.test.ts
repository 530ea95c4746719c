import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Batches, type BatchOptions, batchesOf } from "../../src/stream/batches.ts";
import { pipe, type Stage } from "../../src/stream/stage.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { batchesOfAll, type Source, source } from "../support/turns.ts";

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
  const words = batchesOf(texts.stream.getReader(), stage, options);
  return { words, closed: () => closed };
}

describe("batches", () => {
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
    const { words, closed } = open(texts);
    expect(await batchesOfAll(words)).toEqual(batches);
    expect(closed()).toBe(1);
  });

  test("what a stage says at its end comes last", async () => {
    const texts = source(["a"]);
    const counting: Stage<string, string> = (next) => ({ push: () => {}, end: () => next.push("one") });
    expect(await batchesOfAll(open(texts, counting).words)).toEqual([["one"]]);
  });

  test("a stage that breaks at its end has failed", async () => {
    const unfinished: Stage<string, string> = (next) => ({
      push: next.push,
      end() {
        throw new Error("cut");
      },
    });
    const { words, closed } = open(source(["a"]), unfinished);
    expect(await batchesOfAll(words)).toEqual([["a"], ["failed: cut"]]);
    expect(closed()).toBe(1);
  });

  test.each(["a .", "a !"])(
    "after %p the rest of the source is cancelled, though it is silent",
    async (text) => {
      const texts = source([text], { thenSilent: true });
      const { words, closed } = open(texts);
      await batchesOfAll(words);
      expect(texts.cancellations).toHaveLength(1);
      expect(texts.pulls()).toBe(1);
      expect(closed()).toBe(1);
    },
  );

  test("cancelling reaches a source that is being waited for within a turn of the event loop", async () => {
    const texts = source(["a"], { thenSilent: true });
    const { words, closed } = open(texts);
    await words.read();
    const waiting = words.read();
    await until(() => texts.pulls() === 2);

    const cancelled = words.cancel("gone");
    await turnOfLoop();
    expect(texts.cancellations).toEqual(["gone"]);
    expect(closed()).toBe(1);
    expect(await waiting).toBeUndefined();
    await cancelled;
    await turnOfLoop();
    expect(closed()).toBe(1);
  });

  test("cancelling before the first read never asks the source", async () => {
    const texts = source(["a"]);
    const { words, closed } = open(texts);
    await words.cancel("gone");
    expect(texts.cancellations).toEqual(["gone"]);
    expect(texts.pulls()).toBe(0);
    expect(closed()).toBe(1);
  });

  test("cancelling after the end is nothing", async () => {
    const texts = source(["a"]);
    const { words, closed } = open(texts);
    while (await words.read());
    await words.cancel("gone");
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
    const { words, closed } = open(texts, broken);
    const waiting = words.read();
    await until(() => texts.pulls() === 2);
    await words.cancel("gone");
    expect(await waiting).toBeUndefined();
    await turnOfLoop();
    expect(closed()).toBe(1);
  });

  test("a reader that stops stops the source: nothing is asked for ahead", async () => {
    const texts = source(Array.from({ length: 100 }, () => "a"));
    const { words } = open(texts);
    for (let read = 1; read <= 3; read++) {
      await words.read();
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
    const { words } = open(source(["a/b/c/d"]), counting);
    expect(await words.read()).toEqual(["a"]);
    await turnOfLoop();
    expect(pushed).toBeLessThanOrEqual(2);
  });

  test("a chunk may have very many pieces", async () => {
    const batches = await batchesOfAll(open(source(["a/".repeat(200_000)])).words);
    expect(batches).toHaveLength(200_000);
  });
});

/** Says each word twice, and at the end how many came. */
const echoed: Stage<string, string> = (next) => {
  let count = 0;
  return {
    push(word) {
      count++;
      next.push(word);
      if (word !== ".") next.push(word);
    },
    end() {
      next.push(`${count} in all`);
      next.end();
    },
  };
};

describe("a stage that is added", () => {
  const texts = fc.array(
    fc.array(fc.constantFrom("a", "b", "/", " ", ".", "!"), { maxLength: 6 }).map((words) => words.join(" ")),
  );
  const notPeeked = async () => {};

  test.each([
    ["before the first read", notPeeked],
    ["after a look at what comes", async (words: Batches<string>) => void (await words.peek())],
  ])("%s is as good as one that was there from the beginning", async (_when, begin) => {
    const property = fc.asyncProperty(texts, async (given) => {
      const whole = open(source(given), pipe(spelled, echoed));
      const { words, closed } = open(source(given));
      await begin(words);
      expect(await batchesOfAll(words.through(echoed))).toEqual(await batchesOfAll(whole.words));
      expect(closed()).toBe(1);
    });
    await fc.assert(property);
  });

  test("later is told only of what was not read yet", async () => {
    const { words } = open(source(["a b/c d", "e"]));
    expect(await words.read()).toEqual(["a", "b"]);
    expect(await words.peek()).toBe("c");
    expect(await batchesOfAll(words.through(echoed))).toEqual([
      ["c", "c", "d", "d"],
      ["e", "e"],
      ["3 in all"],
    ]);
  });

  test("may end it all: the source is cancelled", async () => {
    const stopping: Stage<string, string> = (next) => ({
      push: (word) => next.push(word === "b" ? "." : word),
      end: () => next.end(),
    });
    const silent = source(["a b c"], { thenSilent: true });
    const { words, closed } = open(silent);
    await words.peek();
    expect(await batchesOfAll(words.through(stopping))).toEqual([["a", "."]]);
    expect(silent.cancellations).toHaveLength(1);
    expect(closed()).toBe(1);
  });

  const fragile: Stage<string, string> = (next) => ({
    push(word) {
      if (word === "b") throw new Error("worn out");
      next.push(word);
    },
    end: () => next.end(),
  });

  test.each([notPeeked, async (words: Batches<string>) => void (await words.peek())])(
    "may break: what it said stands before the failure, and the source is cancelled",
    async (begin) => {
      const silent = source(["a b c"], { thenSilent: true });
      const { words } = open(silent);
      await begin(words);
      expect(await batchesOfAll(words.through(fragile))).toEqual([["a", "failed: worn out"]]);
      expect(silent.cancellations).toHaveLength(1);
    },
  );

  test("that breaks on the failure, too, does not hide it", async () => {
    const hopeless: Stage<string, string> = () => ({
      push() {
        throw new Error("worn out");
      },
      end() {},
    });
    const { words } = open(source(["a"]));
    expect(await batchesOfAll(words.through(hopeless))).toEqual([["failed: worn out"]]);
  });

  test("hears of the end, once, even if that has come already", async () => {
    let heard = 0;
    const { words } = open(source(["a ."]));
    await words.peek();
    await batchesOfAll(
      words.through(
        (next) => next,
        () => heard++,
      ),
    );
    await words.cancel();
    expect(heard).toBe(1);
  });
});

describe("a look at what comes", () => {
  test("leaves it to be read, and asks the source only once", async () => {
    const texts = source(["", "a b", "c"]);
    const { words } = open(texts);
    expect([await words.peek(), await words.peek()]).toEqual(["a", "a"]);
    expect(texts.pulls()).toBe(2);
    expect(await batchesOfAll(words)).toEqual([["a", "b"], ["c"]]);
  });

  test("sees a failure, and nothing in an empty source", async () => {
    expect(await open(source(["!"])).words.peek()).toBe("failed: broken");
    expect(await open(source<string>([])).words.peek()).toBeUndefined();
  });
});
