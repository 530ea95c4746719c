import { afterEach, describe, expect, test } from "bun:test";
import { withConnectTimeout } from "../../src/amazonq/connect-timeout.ts";
import type { Clock } from "../../src/clock.ts";
import { BridgeError } from "../../src/errors.ts";
import { type Address, type OpenConnection, openConnection } from "../../src/http/connection.ts";
import type { Fetch } from "../../src/http/fetch.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { startBlackHole } from "../support/black-hole.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { stopAfter } from "../support/stop-after.ts";
import { type Form, forms, type Outcome, post, whole } from "./support/forms.ts";
import { stall } from "./support/http.ts";
import { type Rig, startRawRig, startRig } from "./support/rig.ts";

const kept = stopAfter(afterEach);

const timeoutMs = 10_000;
const fetch = (clock: Clock): Fetch =>
  withConnectTimeout(createSecureFetch({ caCertificates: [], verify: true }), {
    clock,
    timeoutMs,
    open: openConnection,
    proxyOf: () => undefined,
  });

/** The hole stays till the rig has stopped, which lets go of its connections by itself. */
async function startBeforeHole() {
  const hole = await startBlackHole();
  return { rig: kept(startRig({ endpoint: hole.url, fetch })), hole: kept(hole) };
}

/** Lets time pass in steps of ten seconds until the answer is over, and tells how much has. */
async function passUntilOver(rig: Rig, form: Form): Promise<{ outcome: Outcome; seconds: number }> {
  let isOver = false;
  const over = rig.ask(form).finally(() => {
    isOver = true;
  });
  const start = rig.clock.now();
  while (!isOver) {
    // The watch over the service, that over the connection and, in a stream, the heartbeat.
    await until(() => isOver || rig.clock.waiting() === (form.stream ? 3 : 2));
    if (!isOver) rig.clock.advance(timeoutMs);
  }
  return { outcome: await over, seconds: (rig.clock.now() - start) / 1000 };
}

describe("an address that takes no connection", () => {
  test("row 39: is tried twice, each time for as long as a connection may take, and then given up", async () => {
    const { hole, rig } = await startBeforeHole();
    for (const form of forms) {
      const { outcome, seconds } = await passUntilOver(rig, form);
      expect(seconds).toBe(40);
      expect(outcome).toMatchObject({ status: form.stream ? 200 : 504, stopReason: undefined });
      expect(outcome.failure?.message).toBe(
        `${hole.url.replace("http://", "")} takes no connection within 10 s; check network, VPN, firewall and proxy.`,
      );
      if (form.protocol === "openai") expect(outcome.failure?.code).toBe("upstream_timeout");
      expect(rig.endOf(outcome)).toMatch(/ error .*attempts=2 .*class=timeout code=upstream_timeout/);
    }
    expect(rig.log.filter((line) => line.includes("upstream.retry "))).toHaveLength(forms.length);
    await until(() => rig.clock.waiting() === 0);
  }, 20_000);

  test("row 39: is let go of by a client that leaves, and not tried again", async () => {
    const { rig } = await startBeforeHole();
    const leave = new AbortController();
    const asked = post(rig.url, { protocol: "openai", stream: false }, {}, leave.signal).catch(() => "left");
    await until(() => rig.clock.waiting() === 2);
    rig.clock.advance(timeoutMs);
    await until(() => rig.clock.waiting() === 2);
    leave.abort();
    expect(await asked).toBe("left");
    await until(() => rig.log.some((line) => line.includes("end=gone")));
    // What is left is the try, which others may share.
    rig.clock.advance(timeoutMs);
    await until(() => rig.clock.waiting() === 0);
    expect(rig.log.filter((line) => line.includes("upstream.retry "))).toEqual([]);
  }, 20_000);

  test("row 39: but takes one and then thinks is waited for as long as any service", async () => {
    const rig = kept(await startRawRig({ fetch }));
    for (const [index, form] of whole.entries()) {
      rig.upstream.script(stall());
      const asked = rig.ask(form);
      await until(() => rig.hits() === index + 1 && rig.clock.waiting() === 2);
      rig.clock.advance(timeoutMs);
      // A connection was tried and taken; the watch over the service goes on.
      await until(() => rig.clock.waiting() === 1);
      rig.clock.advance(300_000 - timeoutMs);
      const outcome = await asked;
      expect(outcome).toMatchObject({ status: 504 });
      expect(outcome.failure?.message).toContain("silent for 300 s");
    }
    expect(rig.hits()).toBe(whole.length);
    await rig.expectBase();
  });
});

describe("the look whether an address takes connections", () => {
  const url = "https://service.test/path";

  /** Requests that nobody answers, over connections of which each is opened or refused by the test. */
  function looking(proxy?: string) {
    const clock = manualClock();
    const opens: { address: Address; signal: AbortSignal; settle: PromiseWithResolvers<void> }[] = [];
    const answers: PromiseWithResolvers<Response>[] = [];
    const openOne: OpenConnection = (address, signal) => {
      const settle = Promise.withResolvers<void>();
      opens.push({ address, signal, settle });
      return settle.promise;
    };
    const silent: Fetch = (_, { signal }) => {
      const answer = Promise.withResolvers<Response>();
      answers.push(answer);
      signal?.addEventListener("abort", () => answer.reject(signal.reason));
      return answer.promise;
    };
    const proxyOf = () => (proxy === undefined ? undefined : { variable: "HTTPS_PROXY", address: proxy });
    const ask = withConnectTimeout(silent, { clock, timeoutMs, open: openOne, proxyOf });
    return { clock, opens, answers, ask };
  }

  test("row 39: is taken once for all who wait for it, and once more for those who come later", async () => {
    const { clock, opens, ask } = looking();
    const failures: unknown[] = [];
    const note = (error: unknown) => void failures.push(error);
    for (let index = 0; index < 50; index++) ask(url, {}).catch(note);
    clock.advance(timeoutMs);
    expect(opens.map(({ address }) => address)).toEqual([{ host: "service.test", port: 443 }]);
    clock.advance(timeoutMs);
    await turnOfLoop();
    expect(failures).toHaveLength(50);
    for (const failure of failures) expect(failure).toMatchObject({ kind: "timeout" });
    ask(url, {}).catch(note);
    clock.advance(timeoutMs);
    expect(opens).toHaveLength(2);
  });

  test("row 39: harms no request that is answered meanwhile", async () => {
    const { clock, answers, ask } = looking();
    const answered = ask(url, {});
    const waiting = ask(url, {});
    clock.advance(timeoutMs);
    answers[0]?.resolve(new Response("late"));
    await answered;
    clock.advance(timeoutMs);
    await expect(waiting).rejects.toBeInstanceOf(BridgeError);
    expect(await (await answered).text()).toBe("late");
  });

  test.each([
    ["takes it", (settle: PromiseWithResolvers<void>) => settle.resolve()],
    ["refuses it", (settle: PromiseWithResolvers<void>) => settle.reject(new Error("ECONNREFUSED"))],
    [
      "cannot be tried for want of descriptors",
      (settle: PromiseWithResolvers<void>) => settle.reject(new Error("EMFILE")),
    ],
  ])("row 39: leaves a request alone whose address %s", async (_, end) => {
    const { clock, opens, answers, ask } = looking();
    const patient = ask(url, {});
    clock.advance(timeoutMs);
    if (opens[0]) end(opens[0].settle);
    await turnOfLoop();
    expect(clock.waiting()).toBe(0);
    answers[0]?.resolve(new Response("later"));
    expect(await (await patient).text()).toBe("later");
  });

  test("row 39: is not taken for a request that is answered in time", async () => {
    const { clock, opens, answers, ask } = looking();
    const asked = ask(url, {});
    answers[0]?.resolve(new Response("soon"));
    await asked;
    expect(clock.waiting()).toBe(0);
    expect(opens).toEqual([]);
  });

  test("row 39: lets its own connection go when its time is over", async () => {
    const { clock, opens, ask } = looking();
    const asked = ask(url, {}).catch(() => "gone");
    clock.advance(timeoutMs);
    expect(opens[0]?.signal.aborted).toBe(false);
    clock.advance(timeoutMs);
    expect(await asked).toBe("gone");
    expect(opens[0]?.signal.aborted).toBe(true);
  });

  test.each([
    ["http://proxy.test:3128", { host: "proxy.test", port: 3128 }],
    ["https://proxy.test", { host: "proxy.test", port: 443 }],
    ["proxy.test:3128", { host: "proxy.test", port: 3128 }],
    ["http://[::1]:8080/", { host: "::1", port: 8080 }],
  ])("row 39: goes to the proxy where there is one: %s", (proxy, address) => {
    const { clock, opens, ask } = looking(proxy);
    ask(url, {}).catch(() => {});
    clock.advance(timeoutMs);
    expect(opens[0]?.address).toEqual(address);
  });
});
