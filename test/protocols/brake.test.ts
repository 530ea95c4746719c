import { describe, expect, test } from "bun:test";
import { createBrake } from "../../src/protocols/brake.ts";
import { turnOfLoop } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { conversation, system, user } from "../support/request.ts";

const long = conversation([user("too long")]);
const { signal } = new AbortController();

/** A brake and a look at whether the refusal of a conversation is told at once. */
function open() {
  const clock = manualClock();
  const brake = createBrake(clock);
  const isTold = async (refused = long) => {
    let told = false;
    brake(refused, signal).then(() => {
      told = true;
    });
    await turnOfLoop();
    return told;
  };
  return { clock, brake, isTold };
}

describe("a conversation that is too long", () => {
  test("is refused at once, three times within half a minute", async () => {
    const { isTold } = open();
    expect([await isTold(), await isTold(), await isTold()]).toEqual([true, true, true]);
  });

  test("is refused after five seconds from then on", async () => {
    const { clock, brake, isTold } = open();
    for (const _ of [1, 2, 3]) await isTold();
    for (const _ of [1, 2]) {
      const refusal = brake(long, signal);
      await turnOfLoop();
      expect(clock.waiting()).toBe(1);
      clock.advance(5_000);
      await refusal;
    }
  });

  test("is refused at once again when half a minute has gone by", async () => {
    const { clock, isTold } = open();
    for (const _ of [1, 2, 3]) await isTold();
    clock.advance(30_000);
    expect(await isTold()).toBe(true);
  });

  test("holds up no other conversation", async () => {
    const { isTold } = open();
    for (const _ of [1, 2, 3]) await isTold();
    expect(await isTold(conversation([user("too long, too")]))).toBe(true);
    expect(await isTold(conversation([user("too long")], { model: "another" }))).toBe(true);
    expect(await isTold(conversation([user("too long"), user("and on")]))).toBe(true);
    expect(await isTold(conversation([user("too long"), system("and on")]))).toBe(true);
    for (const _ of [1, 2]) await isTold(conversation([user("too long"), system("and on")]));
    expect(await isTold(conversation([user("too long"), system("and further on")]))).toBe(true);
  });

  test("is forgotten when a hundred others were refused since, and not before", async () => {
    const { isTold } = open();
    for (const _ of [1, 2]) await isTold();
    const others = async (count: number) => {
      for (let length = 1; length <= count; length++)
        await isTold(conversation([user("x".repeat(100 + length))]));
    };
    await others(99);
    expect(await isTold()).toBe(true);
    await others(99);
    expect(await isTold()).toBe(false);
    await others(100);
    expect(await isTold()).toBe(true);
  });

  test("whose client leaves is held up no longer", async () => {
    const { clock, brake, isTold } = open();
    for (const _ of [1, 2, 3]) await isTold();
    const client = new AbortController();
    const refusal = brake(long, client.signal);
    await turnOfLoop();
    client.abort(new Error("gone"));
    await expect(refusal).rejects.toThrow("gone");
    expect(clock.waiting()).toBe(0);
  });
});
