import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { createRetryBucket } from "../../src/amazonq/recovery/retry.ts";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { failures } from "../clients/failures.ts";
import { accessToken, fixedTokens } from "../support/bridge.ts";
import { ending, exception, refusal, stream, text } from "../support/script.ts";
import { type Form, forms, streamedInTurn, whole } from "./support/forms.ts";
import { head } from "./support/http.ts";
import { type Rig, startRawRig, startRig } from "./support/rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = startRig();
});
afterEach(() => rig.stop());

const hello = stream(text("Hello"), ending("END_TURN"));
const form = streamedInTurn(0);

/** Requests that a failure costs, where it is not one: repairs and retries. */
const requests: Readonly<Record<string, number>> = {
  E16: 2,
  E17: 2,
  E25: 2,
  E26: 2,
  E28: 2,
  E29: 2,
  E30: 2,
  E31: 3,
  E32: 3,
};
const nameOf = (row: string) => row.split(" ", 1)[0] ?? "";
const rowsOf: readonly (readonly [row: number, names: RegExp])[] = [
  [25, /^E([125-9]|1[0-7])$/],
  [26, /^E[34]$/],
  [28, /^E(19|2[01])$/],
  [29, /^E2[234]$/],
  [30, /^E2[67]$/],
  [31, /^E(28|29|30)$/],
  [32, /^E3[12]$/],
];
/** Somebody has to do something about the account. */
const isError = (row: number) => row === 28;
const cases = rowsOf.flatMap(([number, names]) =>
  failures.filter(({ row }) => names.test(nameOf(row))).map((failure) => ({ number, ...failure })),
);

/** What becomes of a request that is answered like this so often, and how often it is. */
async function asked(form: Form, answer: ScriptedAnswer, times: number) {
  rig.simulator.script(...Array.from({ length: times }, () => answer));
  const before = rig.hits();
  const outcome = await rig.ask(form);
  return { outcome, hits: rig.hits() - before };
}

describe("a refusal of the catalogue", () => {
  test.each(cases)(
    "row $number: $row is told in each protocol's words, and costs what it may",
    async (failure) => {
      const expectedHits = requests[nameOf(failure.row)] ?? 1;
      const mayPass = /rate|overloaded/.test(failure.anthropic[1]) && expectedHits > 1;
      for (const form of forms) {
        const { outcome, hits } = await asked(form, failure.answer, expectedHits);
        const [status, type, code] = failure[form.protocol];
        expect(outcome).toMatchObject({ status, stopReason: undefined, failure: { type } });
        if (form.protocol === "openai") expect(outcome.failure).toMatchObject({ code: code ?? null });
        expect(outcome.shouldRetry).toBe(String(mayPass));
        expect(outcome.retryAfter === null).toBe(!mayPass);
        expect(hits).toBe(expectedHits);
        expect(rig.endOf(outcome)).toMatch(
          isError(failure.number)
            ? /^\S+ error .* end=error .*up_status=403 .*class=permission /
            : /^\S+ warn .* end=error .*up_status=\d+ .*class=[\w-]+ /,
        );
      }
      await rig.expectBase();
    },
  );

  test("row 25: the service's own id of the request is in the log", async () => {
    rig.simulator.script(refusal(400, "ValidationException", "No."));
    const outcome = await rig.ask(form);
    expect(rig.endOf(outcome)).toMatch(/ up_status=400 up_rid=[\da-f-]{36} /);
  });

  test("row 26: a context overflow is worded as clients expect that shorten a conversation on it", async () => {
    for (const form of forms) {
      rig.simulator.script(refusal(400, "ValidationException", "Input is too long."));
      const { failure } = await rig.ask(form);
      expect(failure?.message).toMatch(
        /^prompt is too long: \d+ tokens > 200000 maximum .* is longer than the model.s context length$/,
      );
      expect(Number(/\d+/.exec(failure?.message ?? "")?.[0])).toBeGreaterThan(200_000);
    }
    await rig.expectBase();
  });
});

describe("a login that the service refuses", () => {
  test("row 27: is renewed once, also when the stream says so first, and the answer is whole", async () => {
    for (const form of forms) {
      const stale = startRig({ tokens: fixedTokens("aoa-stale", accessToken) });
      expect(await stale.ask(form)).toMatchObject({ status: 200 });
      expect(stale.hits()).toBe(2);
      expect(stale.log.join("")).toMatch(/upstream\.renew rid=req_\S+ .*up_type=/);
      await stale.expectBase();
      await stale.stop();

      const late = startRig({
        tokens: fixedTokens("aoa-first", accessToken),
        simulator: { accessTokens: ["aoa-first", accessToken] },
      });
      late.simulator.script(stream(exception("ExpiredTokenException", "Expired.")), hello);
      expect(await late.ask(form)).toMatchObject({ status: 200, text: "Hello" });
      expect(late.hits()).toBe(2);
      await late.stop();
    }
  });

  test("row 27: twice is the person's to mend", async () => {
    for (const form of forms) {
      const stale = startRig({ tokens: fixedTokens("aoa-stale", "aoa-stale-too", accessToken) });
      const outcome = await stale.ask(form);
      expect(outcome).toMatchObject({
        status: 403,
        shouldRetry: "false",
        failure: { type: "permission_error" },
      });
      expect(stale.endOf(outcome)).toContain("class=login");
      expect(stale.hits()).toBe(2);
      await stale.stop();
    }
  });

  test("row 27: a hundred at once are all served, with two requests each at most", async () => {
    const stale = startRig({ tokens: shared(fixedTokens("aoa-stale", accessToken)) });
    const all = Array.from({ length: 100 }, (_, index) => stale.ask(forms[index % 4] ?? form));
    for (const outcome of await Promise.all(all)) expect(outcome.status).toBe(200);
    expect(stale.hits()).toBeLessThanOrEqual(200);
    await stale.expectBase();
    await stale.stop();
  });
});

/** One renewal for all who find the same token stale, as the real source does it. */
function shared(source: ReturnType<typeof fixedTokens>): typeof source {
  let renewal: ReturnType<typeof source.renew> | undefined;
  return {
    ...source,
    renew: (stale, signal) => {
      renewal ??= source.renew(stale, signal);
      return renewal;
    },
  };
}

describe("bursts and hints", () => {
  const throttled = (headers: Record<string, string>) => ({
    status: 429,
    headers,
    body: { message: "Too many requests, please wait before trying again." },
  });
  const inFiveSeconds = {
    date: "Sat, 31 Jan 2026 12:00:00 GMT",
    "retry-after": "Sat, 31 Jan 2026 12:00:03 GMT",
  };

  test.each<[name: string, headers: Record<string, string>, delayMs: number, told: string]>([
    ["no hint", {}, 0, "5"],
    ["seconds", { "retry-after": "2" }, 2000, "2"],
    ["a date", inFiveSeconds, 3000, "3"],
    ["amazon's milliseconds", { "x-amz-retry-after": "1500" }, 1500, "2"],
    ["an hour", { "retry-after": "3600" }, 5000, "60"],
    ["garbage", { "retry-after": "soon" }, 0, "5"],
    ["a negative number", { "retry-after": "-1" }, 0, "5"],
    ["infinity", { "retry-after": "Infinity" }, 0, "5"],
  ])("row 30: %s is kept to, within five seconds", async (_, headers, delayMs, told) => {
    for (const form of forms) {
      const before = rig.bucket.level();
      const logged = rig.log.length;
      const { outcome, hits } = await asked(form, throttled(headers), 2);
      expect(outcome).toMatchObject({ status: 429, shouldRetry: "true", retryAfter: told });
      expect(hits).toBe(2);
      expect(rig.bucket.level()).toBe(before - 5);
      expect(retryLines(rig, logged)).toEqual([
        expect.stringContaining(`class=throttling delayMs=${delayMs} attempt=2`),
      ]);
    }
    await rig.expectBase();
  });

  test("row 30: a burst that passes is not seen by the client", async () => {
    for (const form of forms) {
      rig.simulator.script(throttled({}), hello);
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Hello" });
    }
    await rig.expectBase();
  });

  test("row 31: no capacity costs the bucket as much as a burst", async () => {
    const high = refusal(500, "InternalServerException", "Encountered unexpectedly high load.");
    const before = rig.bucket.level();
    rig.simulator.script(high, hello);
    expect(await rig.ask(form)).toMatchObject({ status: 200 });
    expect(rig.bucket.level()).toBe(before - 5 + 1);
    await rig.expectBase();
  });
});

const retryLines = ({ log }: Rig, from: number) =>
  log.slice(from).filter((line) => line.includes("info  upstream.retry "));

describe("a service that fails for minutes", () => {
  const down = refusal(503, "ServiceUnavailableException", "Later.");

  test("row 32: is asked less and less, till each request is sent once; then the bucket fills again", async () => {
    const bucket = createRetryBucket();
    const failing = startRig({ bucket });
    failing.simulator.script(...Array.from({ length: 300 }, () => down));
    for (let index = 0; index < 200; index++) {
      const outcome = await failing.ask(whole[index % 2] ?? form);
      expect(outcome).toMatchObject({ shouldRetry: "true", retryAfter: "5" });
    }
    expect(failing.hits()).toBe(200 + 35);
    expect(bucket.level()).toBe(10);
    expect(failing.log.filter((line) => line.includes("upstream.retry-budget"))).toHaveLength(1);

    failing.clock.advance(61_000);
    await failing.ask(form);
    expect(failing.log.filter((line) => line.includes("upstream.retry-budget"))).toHaveLength(2);

    while ((await failing.ask(form)).status !== 200);
    for (let index = bucket.level(); index < 24; index++) await failing.ask(form);
    expect(bucket.level()).toBe(24);
    await failing.expectBase();
    await failing.stop();
  });
});

describe("an error's body", async () => {
  const raw = await startRawRig({ retries: false });
  afterAll(raw.stop);
  const unavailable = "503 Service Unavailable";

  test("row 33: without end is read a little way and then left", async () => {
    for (const form of forms) {
      let written = 0;
      let isClosed = false;
      raw.upstream.script((socket) => {
        socket.on("close", () => {
          isClosed = true;
        });
        socket.write(head(unavailable, "content-type: text/plain", "connection: close"));
        const block = Buffer.alloc(65_536, "x");
        const more = () => {
          while (!socket.destroyed && written < 200_000_000) {
            written += block.length;
            if (!socket.write(block)) return void socket.once("drain", more);
          }
        };
        more();
        return undefined;
      });
      const outcome = await raw.ask(form);
      expect(outcome.failure).toMatchObject({
        type: form.protocol === "openai" ? "server_error" : "overloaded_error",
      });
      await raw.expectBase();
      expect(isClosed).toBe(true);
      // What fits between two sockets, not what the service had to say.
      expect(written).toBeLessThan(16_000_000);
    }
  });

  const bodies: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
    markup: [head(unavailable, "content-type: text/html", "connection: close"), "<html>down</html>"],
    gzip: [head(unavailable, "content-encoding: gzip", "connection: close"), gzipSync('{"message":"Down."}')],
    "gzip that is none": [head(unavailable, "content-encoding: gzip", "connection: close"), "nonsense"],
    nothing: [head(unavailable, "content-length: 0", "connection: close")],
    "no content type": [head(unavailable, "connection: close"), '{"message":"Down."}'],
    "a cut length": [head(unavailable, "content-length: 100", "connection: close"), '{"message":"Do'],
    "other bytes": [head(unavailable, "connection: close"), new Uint8Array(1000).fill(0xff)],
  };
  test.each(Object.entries(bodies))("row 33: of %s is told by its status", async (_, pieces) => {
    for (const form of forms) {
      raw.upstream.script(
        (socket) => void socket.end(Buffer.concat(pieces.map((piece) => Buffer.from(piece)))),
      );
      const outcome = await raw.ask(form);
      expect(outcome).toMatchObject({ status: form.protocol === "openai" ? 503 : 529 });
      expect(raw.endOf(outcome)).toContain("up_status=503");
    }
    await raw.expectBase();
  });
});

describe("a failure that repeats a secret", () => {
  const account = "User ID (d-9067.ada)";
  const role = "arn:aws:sts::123456789012:assumed-role/dev/ada.l";
  const told = `Bearer ${accessToken} of ${account}, ${role}, ada@example.org, aoaAAAAAAAAAAAAAAAAAAAAAA`;
  const secrets = [accessToken, "d-9067.ada", "123456789012", "ada.l", "ada@example.org", "aoaAAAA"];
  const long = `${"x".repeat(1995)}${accessToken}`;

  test("row 34: tells it neither to the client nor to the log, wherever it stands", async () => {
    const answers = [
      refusal(400, "ValidationException", told),
      refusal(400, "ValidationException", long),
      refusal(400, `Validation ${accessToken}`, "No.", accessToken),
      { status: 400, headers: { "x-amzn-errortype": accessToken }, body: told },
      { status: 500, body: `<html>${told}</html>` },
      stream(exception("ValidationException", told)),
      stream(text("Hel"), exception("ValidationException", told)),
      stream(text("Hel"), [{ error: accessToken, message: told }]),
      stream(text("Hel"), [{ type: "invalidStateEvent", payload: { reason: told, message: told } }]),
    ];
    const once = startRig({ retries: false });
    const seen: unknown[] = [once.log];
    for (const answer of answers) {
      for (const form of forms) {
        once.simulator.script(answer);
        const outcome = await once.ask(form);
        expect(outcome.failure).toBeDefined();
        seen.push(outcome);
      }
    }
    for (const secret of secrets) expect(JSON.stringify(seen)).not.toContain(secret);
    expect(JSON.stringify(seen)).toContain("[token]");
    await once.expectBase();
    await once.stop();
  });
});
