import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../src/clock.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { until as eventually } from "../support/event-loop.ts";
import { start } from "../support/program.ts";
import { ending, text } from "../support/script.ts";
import { startServer } from "../support/server.ts";
import { say, turnOf } from "../support/turns.ts";
import { rememberBase } from "./support/base.ts";
import { expectBroken } from "./support/broken.ts";
import { forms, outcomeOf, post } from "./support/forms.ts";
import { encodedAll } from "./support/frames.ts";
import { chunk, chunkedHead, finish, sizedHead } from "./support/http.ts";
import { type RawRig, startRawRig, startRig } from "./support/rig.ts";

const gzipped = (bytes: Uint8Array) => finish(sizedHead(bytes.length, "content-encoding: gzip"), bytes);

describe("an answer that is compressed, though that was not asked for", () => {
  const complete = encodedAll([...text("Hello"), ...ending("END_TURN")]);
  let rig: RawRig;
  afterEach(() => rig.stop());

  test("row 64: is read all the same", async () => {
    rig = await startRawRig({ retries: false });
    for (const form of forms) {
      rig.upstream.script(gzipped(gzipSync(complete)));
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
    }
    await rig.expectBase();
  });

  const damaged: Readonly<Record<string, Uint8Array>> = {
    "cut short": gzipSync(complete).subarray(0, 40),
    "corrupt in the middle": Buffer.from(gzipSync(complete)).fill(0xff, 20, 40),
    "not compressed at all": complete,
  };

  test.each(Object.entries(damaged))(
    "row 64: is broken when it is %s, and asked for again before content",
    async (_, bytes) => {
      rig = await startRawRig({ retries: false });
      for (const form of forms) {
        rig.upstream.script(gzipped(bytes));
        expectBroken(rig, form, await rig.ask(form), "Hello", "error");
      }
      await rig.expectBase();
      await rig.stop();

      rig = await startRawRig();
      for (const form of forms) {
        rig.upstream.script(gzipped(bytes));
        const { text: heard, failure } = await rig.ask(form);
        if (!failure) expect(heard).toBe("Still here.");
      }
      await rig.expectBase();
    },
  );

  test("row 64: is broken off when it grows beyond 64 MiB", async () => {
    rig = await startRawRig({ retries: false });
    const padding = encodedAll([{ type: "brandNewEvent", payload: { content: "x".repeat(1_000_000) } }]);
    const bomb = gzipSync(Buffer.concat(Array.from({ length: 80 }, () => padding)), { level: 1 });
    expect(bomb.length).toBeLessThan(1_000_000);
    for (const form of forms) {
      rig.upstream.script(gzipped(bomb));
      const outcome = await rig.ask(form);
      expectBroken(rig, form, outcome, "", "error");
      expect(rig.endOf(outcome)).toContain(`more than ${64 * 1024 * 1024} bytes`);
    }
    await rig.expectBase();
  }, 20_000);
});

test("row 64: an answer that never ends is broken off when it grows beyond 256 MiB", async () => {
  const rig = await startRawRig({ retries: false });
  const padding = chunk(encodedAll([{ type: "brandNewEvent", payload: { content: "x".repeat(1_000_000) } }]));
  rig.upstream.script((socket) => {
    const more = () => {
      while (!socket.destroyed) if (!socket.write(padding)) return void socket.once("drain", more);
    };
    socket.write(chunkedHead);
    return more();
  });
  const form = { protocol: "openai", stream: false } as const;
  const outcome = await rig.ask(form);
  expectBroken(rig, form, outcome, "", "error");
  expect(rig.endOf(outcome)).toContain(`more than ${256 * 1024 * 1024} bytes`);
  await rig.expectBase();
  await rig.stop();
}, 20_000);

test("row 65: two hundred thousand small messages at once hold nobody up, and none is lost", async () => {
  const [others, messages] = [20, 200_000];
  const program = `${import.meta.dir}/support/burst.ts`;
  const service = await start([process.execPath, program, `${others}`, `${messages}`]);
  const rig = startRig({ endpoint: service.url, clock: systemClock });
  const form = { protocol: "openai", stream: true } as const;
  const leaving = new AbortController();
  const quiet = Array.from({ length: others }, () => hear(post(rig.url, form, {}, leaving.signal)));
  await eventually(() => quiet.every(({ pieces }) => pieces() > 2));

  const gaps: number[] = [];
  // More than once, since what else runs on the machine holds them up too.
  for (let time = 0; time < 3; time++) {
    for (const { startAnew } of quiet) startAnew();
    const response = await post(rig.url, form);
    const greedy = new Response(await response.blob(), response);
    gaps.push(Math.max(...quiet.map(({ longestGap }) => longestGap())));
    expect(Math.min(...quiet.map(({ pieces }) => pieces()))).toBeGreaterThan(2);
    expect((await outcomeOf(form, greedy)).text).toBe("x".repeat(messages));
  }
  expect(Math.min(...gaps)).toBeLessThan(100);
  leaving.abort();
  await rig.stop();
  await service.stop();
}, 30_000);

/** Listens to an answer, and measures in milliseconds how long it is silent. */
function hear(asked: Promise<Response>) {
  let [pieces, last, longest] = [0, 0, 0];
  const hearPiece = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    pieces++;
  };
  const listen = async () => {
    for await (const _ of (await asked).body ?? []) hearPiece();
  };
  listen().catch(() => {});
  return {
    pieces: () => pieces,
    longestGap: () => Math.max(longest, performance.now() - last),
    startAnew() {
      [pieces, last, longest] = [0, performance.now(), 0];
    },
  };
}

describe("a fault of our own", () => {
  const poison: TurnEvent = {
    type: "text-delta",
    get text(): string {
      throw new Error("a secret of the inside");
    },
  };
  const server = startServer({ answer: () => turnOf([say("Hel")], [poison], [say("lo")]) });
  const first = startServer({ answer: () => turnOf([poison]) });
  const refusing = startServer({
    answer: () => {
      throw new TypeError("a secret of the inside");
    },
  });
  afterAll(async () => {
    for (const { stop } of [server, first, refusing]) await stop();
  });

  test.each([
    ["in the middle of the text", server],
    ["at the first event", first],
    ["before any", refusing],
  ])(
    "row 66: %s is told in each protocol's words, and written down with its place",
    async (_, { url, log }) => {
      const expectBase = rememberBase({ url });
      for (const form of forms) {
        const outcome = await outcomeOf(form, await post(url, form));
        expect(outcome.stopReason).toBeUndefined();
        expect("Hel").toStartWith(outcome.text);
        expect(outcome.failure).toMatchObject({ message: "The bridge failed inside; its log says why." });
        if (outcome.status !== 200) expect(outcome).toMatchObject({ status: 500, shouldRetry: "false" });
        const line = log.find(
          (written) => written.includes(outcome.requestId) && written.includes("class=internal"),
        );
        expect(line).toMatch(/ error .*stack="?.*upstream-load/s);
      }
      await expectBase();
    },
  );

  test("row 66: does not end the process, and the next request is served", async () => {
    const rig = startRig();
    await rig.expectBase();
    await rig.stop();
  });
});
