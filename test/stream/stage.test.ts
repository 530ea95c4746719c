import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { pipe, run, type Stage } from "../../src/stream/stage.ts";

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
