import { describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { createAlarm, late, within } from "../../src/http/alarm.ts";
import { type AnswerEncoding, type SseOptions, sseStream } from "../../src/protocols/answer-stream.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { turnReader } from "../../src/turn/reader.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import {
  allOf,
  type BatchStream,
  end,
  failed,
  say,
  source,
  think,
  turnIn,
  uncounted,
} from "../support/turns.ts";

const heartbeatMs = 15_000;

/** Writes texts as they are, other events by their type, and nothing for reasoning. */
const plain: AnswerEncoding = (write) => ({
  push(event) {
    if (event.type === "text-delta") write(event.text);
    else if (event.type === "turn-error") write(`[${event.error.kind}]`);
    else if (event.type !== "reasoning-delta") write(`[${event.type}]`);
  },
  beat: () => write("[beat]"),
});

/** The answer's bytes, with what is needed to watch it. */
function open(
  turn: BatchStream | Promise<BatchStream>,
  encoding = plain,
  {
    isLate = false,
    lateMs = heartbeatMs,
    slowMs = 120_000,
    mask = (words: string) => words,
    onWrite = (_bytes: number) => {},
  } = {},
) {
  const clock = manualClock();
  const endings: Parameters<SseOptions["onEnd"]>[0][] = [];
  const reader = turnReader(Promise.resolve(turn).then(turnIn));
  const bytes = sseStream(reader, reader.read(), encoding, {
    clock,
    quiet: createAlarm(clock, lateMs, slowMs),
    isLate,
    mask,
    onWrite,
    onEnd: (ending) => endings.push(ending),
  });
  return { bytes, clock, endings };
}

const textOf = ({ value }: { value?: Uint8Array | undefined }) => new TextDecoder().decode(value);
const texts = async (bytes: ReadableStream<Uint8Array>) =>
  (await allOf(bytes)).map((value) => textOf({ value }));

const turnOf = (...batches: readonly (readonly TurnEvent[])[]) => source(batches).stream;

/** A turn whose batches arrive when told. */
function live() {
  const cancellations: unknown[] = [];
  let deliver: (batch: readonly TurnEvent[]) => void = () => {};
  const stream: BatchStream = new ReadableStream(
    {
      start(controller) {
        deliver = (batch) => controller.enqueue(batch);
      },
      cancel(reason) {
        cancellations.push(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, cancellations, deliver: (...batch: readonly TurnEvent[]) => deliver(batch) };
}

describe("a streamed answer", () => {
  test("each batch leaves as one chunk", async () => {
    const { bytes, endings } = open(turnOf([say("a"), say("b")], [say("c")], [say("é✔"), end()]));
    expect(await texts(bytes)).toEqual(["ab", "c", "é✔[turn-end]"]);
    expect(endings).toEqual([{ type: "end", usage: uncounted }]);
  });

  test("a batch that the protocol has no words for gives no chunk", async () => {
    const { bytes } = open(turnOf([think("hm")], [], [say("a")], [think("hm")], [end()]));
    expect(await texts(bytes)).toEqual(["a", "[turn-end]"]);
  });

  test("a failure is the last word, and the stream closes", async () => {
    const { bytes, endings } = open(turnOf([say("a")], [say("b"), failed()]));
    expect(await texts(bytes)).toEqual(["a", "b[upstream]"]);
    expect(endings).toEqual([{ type: "error", error: failed().error }]);
  });

  test("a failure's words leave masked, all others as they are", async () => {
    const inWords: AnswerEncoding = (write) => ({
      push(event) {
        if (event.type === "text-delta") write(event.text);
        if (event.type === "turn-error") write(event.error.message);
      },
      beat() {},
    });
    const error = new BridgeError("upstream", "No secret.");
    const turn = turnOf([say("a secret. "), { type: "turn-error", error }]);
    const { bytes } = open(turn, inWords, { mask: (words) => words.replace("secret", "[token]") });
    expect(await texts(bytes)).toEqual(["a secret. No [token]."]);
  });

  test("each chunk is told by its bytes, heartbeats included", async () => {
    const told: number[] = [];
    const turn = turnOf([say("a"), say("b")], [say("é✔")], [think("hm")], [end()]);
    const { bytes } = open(turn, plain, { isLate: true, onWrite: (bytes) => told.push(bytes) });
    const chunks = await allOf(bytes);
    expect(told).toEqual(chunks.map(({ length }) => length));
    expect(told).toEqual(["[beat]".length, 2, 5, "[turn-end]".length]);
  });

  test("a service that cannot be asked at all is a failure, too", async () => {
    const refused = new BridgeError("rate-limit", "Wait a little.");
    const { bytes, endings } = open(Promise.reject(refused));
    expect(await texts(bytes)).toEqual(["[rate-limit]"]);
    expect(endings).toEqual([{ type: "error", error: refused }]);
  });

  test.each([[[]], [[[say("a")]]]])("a turn that ends without an ending has failed: %j", async (batches) => {
    const { bytes, endings } = open(turnOf(...batches));
    expect((await texts(bytes)).at(-1)).toBe("[internal]");
    expect(endings.map(({ type }) => type)).toEqual(["error"]);
  });

  test("a stream that errors in the middle has failed, without its words", async () => {
    const { bytes, endings } = open(source([[say("a")]], { thenFail: new Error("secret") }).stream);
    expect(await texts(bytes)).toEqual(["a", "[internal]"]);
    expect(endings.map(({ type }) => type)).toEqual(["error"]);
  });

  test("an encoder that breaks is a failure: what it wrote stands, and the turn is cancelled", async () => {
    const breaking: AnswerEncoding = (write) => {
      const encoder = plain(write);
      return {
        ...encoder,
        push(event) {
          if (event.type === "tool-call-end") throw new Error("secret");
          encoder.push(event);
        },
      };
    };
    const turn = source<readonly TurnEvent[]>([[say("a"), { type: "tool-call-end" }, say("b")]], {
      thenSilent: true,
    });
    const { bytes, endings } = open(turn.stream, breaking);
    expect(await texts(bytes)).toEqual(["a[internal]"]);
    expect(endings.map(({ type }) => type)).toEqual(["error"]);
    expect(turn.cancellations).toHaveLength(1);
  });

  test("a reader that stops is not read ahead of by more than a batch", async () => {
    const turn = source(Array.from({ length: 100 }, () => [say("a")]));
    const reader = open(turn.stream).bytes.getReader();
    for (let read = 1; read <= 3; read++) {
      await reader.read();
      await turnOfLoop();
      expect(turn.pulls()).toBeLessThanOrEqual(read + 1);
    }
  });
});

describe("heartbeats", () => {
  test("come after each stretch of silence, and only then", async () => {
    const turn = live();
    const { bytes, clock, endings } = open(turn.stream);
    const reader = bytes.getReader();

    const first = reader.read();
    await until(() => clock.waiting() === 1);
    clock.advance(heartbeatMs - 1);
    turn.deliver(say("a"));
    expect(textOf(await first)).toBe("a");

    for (const _ of [1, 2]) {
      const beat = reader.read();
      await until(() => clock.waiting() === 1);
      clock.advance(heartbeatMs);
      expect(textOf(await beat)).toBe("[beat]");
    }

    turn.deliver(say("b"), end());
    expect(textOf(await reader.read())).toBe("b[turn-end]");
    expect((await reader.read()).done).toBe(true);
    expect(clock.waiting()).toBe(0);
    expect(endings).toHaveLength(1);
  });

  test("an answer that is late already begins with one", async () => {
    const { bytes, clock } = open(live().stream, plain, { isLate: true });
    const reader = bytes.getReader();
    expect(textOf(await reader.read())).toBe("[beat]");
    const next = reader.read();
    await turnOfLoop();
    clock.advance(heartbeatMs);
    expect(textOf(await next)).toBe("[beat]");
    await reader.cancel();
    expect(clock.waiting()).toBe(0);
  });

  test("nobody who reads, no timer", async () => {
    const { bytes, clock } = open(live().stream);
    await turnOfLoop();
    expect(clock.waiting()).toBe(0);
    await bytes.cancel();
  });

  test("cover the time before the service begins to answer", async () => {
    const turn = live();
    const opening = Promise.withResolvers<BatchStream>();
    const { bytes, clock } = open(opening.promise);
    const reader = bytes.getReader();
    const beat = reader.read();
    await until(() => clock.waiting() === 1);
    clock.advance(heartbeatMs);
    expect(textOf(await beat)).toBe("[beat]");
    opening.resolve(turn.stream);
    turn.deliver(end());
    expect(textOf(await reader.read())).toBe("[turn-end]");
  });
});

describe("a client that leaves", () => {
  test("while the service is silent: the turn is cancelled, nothing is encoded any more, no timer is left", async () => {
    const turn = live();
    let encoded = 0;
    const { bytes, clock, endings } = open(turn.stream, (write) => ({
      push(event) {
        encoded++;
        plain(write).push(event);
      },
      beat: () => encoded++,
    }));
    const reader = bytes.getReader();
    turn.deliver(say("a"));
    await reader.read();
    reader.read();
    await until(() => clock.waiting() === 1);

    await reader.cancel("gone");
    await turnOfLoop();
    clock.advance(10 * heartbeatMs);
    await turnOfLoop();
    expect(turn.cancellations).toEqual(["gone"]);
    expect(endings).toEqual([{ type: "gone" }]);
    expect(encoded).toBe(1);
    expect(clock.waiting()).toBe(0);
  });

  test("between two batches: the rest is never encoded", async () => {
    const turn = source([[say("a")], [say("b")], [end()]]);
    const { bytes, endings } = open(turn.stream);
    const reader = bytes.getReader();
    await reader.read();
    await reader.cancel();
    await turnOfLoop();
    expect(endings).toEqual([{ type: "gone" }]);
    expect(turn.cancellations).toHaveLength(1);
  });

  test("before the service begins to answer: the answer is cancelled when it comes", async () => {
    const turn = live();
    const opening = Promise.withResolvers<BatchStream>();
    const { bytes, endings } = open(opening.promise);
    await bytes.cancel("gone");
    opening.resolve(turn.stream);
    await until(() => turn.cancellations.length > 0);
    expect(turn.cancellations).toEqual(["gone"]);
    expect(endings).toEqual([{ type: "gone" }]);
  });

  test("after the end: it has not left", async () => {
    const { bytes, endings } = open(turnOf([end()]));
    const reader = bytes.getReader();
    while (!(await reader.read()).done);
    await reader.cancel();
    expect(endings.map(({ type }) => type)).toEqual(["end"]);
  });
});

describe.each([
  { lateMs: 15_000, slowMs: 120_000 },
  { lateMs: 15_000, slowMs: 500 },
  { lateMs: 15_000, slowMs: 15_000 },
  { lateMs: 20_000, slowMs: 3_600_000 },
])("a client that may take nothing for a time: %j", ({ lateMs, slowMs }) => {
  const limits = { lateMs, slowMs };

  test("is left when it is over, once: the turn is cancelled, no timer is left, what it reads then is a failure", async () => {
    const turn = live();
    const { bytes, clock, endings } = open(turn.stream, plain, limits);
    const reader = bytes.getReader();
    turn.deliver(say("a"));
    await reader.read();

    clock.advance(slowMs - 1);
    await turnOfLoop();
    expect([endings, turn.cancellations]).toEqual([[], []]);
    clock.advance(1);
    await turnOfLoop();
    expect(endings).toEqual([{ type: "gone", isSlow: true }]);
    expect(turn.cancellations).toHaveLength(1);
    expect(clock.waiting()).toBe(0);

    await expect(reader.read()).rejects.toThrow("taken nothing");
    await reader.cancel().catch(() => {});
    expect([endings.length, turn.cancellations.length]).toEqual([1, 1]);
  });

  test("is not slow as long as it takes something in time, however little", async () => {
    const { bytes, clock, endings } = open(
      turnOf(...Array.from({ length: 20 }, () => [say("a")])),
      plain,
      limits,
    );
    const reader = bytes.getReader();
    for (let read = 0; read < 20; read++) {
      expect(textOf(await reader.read())).toBe("a");
      clock.advance(slowMs / 2);
      await turnOfLoop();
      clock.advance(slowMs / 2 - 1);
      await turnOfLoop();
    }
    expect(endings).toEqual([]);
    await reader.cancel();
  });

  test("is not slow while it waits itself: it gets its heartbeat in time", async () => {
    const { bytes, clock, endings } = open(live().stream, plain, limits);
    const reader = bytes.getReader();
    for (const _ of [1, 2, 3]) {
      let isThere = false;
      const beat = reader.read().finally(() => {
        isThere = true;
      });
      await turnOfLoop();
      for (let passed = 0; passed < lateMs; passed += 500) {
        expect(isThere).toBe(false);
        clock.advance(500);
        await turnOfLoop();
      }
      expect(textOf(await beat)).toBe("[beat]");
    }
    expect(endings).toEqual([]);
    await reader.cancel();
  });

  test("is left also when it was a heartbeat that it did not take, and the service has gone on meanwhile", async () => {
    const turn = live();
    const { bytes, clock, endings } = open(turn.stream, plain, limits);
    const reader = bytes.getReader();
    const beat = reader.read();
    await turnOfLoop();
    clock.advance(lateMs);
    expect(textOf(await beat)).toBe("[beat]");
    turn.deliver(say("a"));
    await turnOfLoop();
    clock.advance(slowMs);
    expect(endings).toEqual([{ type: "gone", isSlow: true }]);
  });

  test("is not slow before it begins to read, nor after the end", async () => {
    const turn = live();
    const { bytes, clock, endings } = open(turn.stream, plain, limits);
    clock.advance(10 * slowMs);
    turn.deliver(say("a"), end());
    expect(await texts(bytes)).toEqual(["a[turn-end]"]);
    clock.advance(10 * slowMs);
    expect(endings).toEqual([{ type: "end", usage: uncounted }]);
    expect(clock.waiting()).toBe(0);
  });
});

describe("within", () => {
  test("gives what the promise gives, and leaves no timer", async () => {
    const clock = manualClock();
    expect(await within(clock, 10, Promise.resolve("a"))).toBe("a");
    await expect(within(clock, 10, Promise.reject(new Error("b")))).rejects.toThrow("b");
    await turnOfLoop();
    expect(clock.waiting()).toBe(0);
  });

  test("says late when the time is over, and lets the promise fail unheard after that", async () => {
    const clock = manualClock();
    const promise = Promise.withResolvers<never>();
    const outcome = within(clock, 10, promise.promise);
    clock.advance(10);
    expect(await outcome).toBe(late);
    promise.reject(new Error("too late"));
    await turnOfLoop();
    expect(clock.waiting()).toBe(0);
  });
});
