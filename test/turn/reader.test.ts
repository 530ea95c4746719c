import { describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import type { TurnEvent, TurnStream } from "../../src/turn/events.ts";
import { turnReader } from "../../src/turn/reader.ts";
import { until } from "../support/event-loop.ts";
import { batchesOfAll, end, failed, say, source, turnIn, turnOf } from "../support/turns.ts";

const all = (opening: Promise<TurnStream>) => batchesOfAll(turnReader(opening));

describe("reading a turn", () => {
  test("gives its batches, and then nothing any more", async () => {
    const reader = turnReader(Promise.resolve(turnOf([say("a")], [end()])));
    expect(await reader.read()).toEqual([say("a")]);
    expect(await reader.read()).toEqual([end()]);
    expect(await reader.read()).toBeUndefined();
    expect(await reader.read()).toBeUndefined();
  });

  test("may begin before there is a turn", async () => {
    const opening = Promise.withResolvers<TurnStream>();
    const first = turnReader(opening.promise).read();
    opening.resolve(turnOf([say("a")]));
    expect(await first).toEqual([say("a")]);
  });

  test("a turn that never comes is a failure, in its own words when it is one of ours", async () => {
    const refused = new BridgeError("rate-limit", "Wait a little.");
    expect(await all(Promise.reject(refused))).toEqual([[failed(refused)]]);
  });

  test.each(["opening", "reading"])(
    "a fault of the program while %s has no words of its own",
    async (when) => {
      const fault = new Error("secret");
      const opening =
        when === "opening"
          ? Promise.reject(fault)
          : Promise.resolve(turnIn(source<TurnEvent[]>([], { thenFail: fault }).stream));
      const [[failure] = []] = await all(opening);
      if (failure?.type !== "turn-error") throw new Error("It has not failed.");
      expect(failure.error.kind).toBe("internal");
      expect(failure.error.message).not.toContain("secret");
      expect(failure.error.cause).toBe(fault);
    },
  );
});

describe("giving a turn up", () => {
  test("ends a read that waits, and the turn", async () => {
    const turn = source<TurnEvent[]>([], { thenSilent: true });
    const reader = turnReader(Promise.resolve(turnIn(turn.stream)));
    const waiting = reader.read();
    await until(() => turn.pulls() === 1);
    reader.cancel("gone");
    expect(await waiting).toBeUndefined();
    expect(await reader.read()).toBeUndefined();
    expect(turn.cancellations).toEqual(["gone"]);
  });

  test("before it has come cancels it when it comes", async () => {
    const turn = source<TurnEvent[]>([[say("a")]]);
    const opening = Promise.withResolvers<TurnStream>();
    turnReader(opening.promise).cancel("gone");
    opening.resolve(turnIn(turn.stream));
    await until(() => turn.cancellations.length === 1);
    expect(turn.pulls()).toBe(0);
  });

  test("that never comes is nothing", async () => {
    const reader = turnReader(Promise.reject(new Error("refused")));
    reader.cancel("gone");
    expect(await reader.read()).toBeUndefined();
  });
});
