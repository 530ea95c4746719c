import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { createBodies } from "../../scripts/soak/crowd/bodies.ts";
import type { Case } from "../../scripts/soak/crowd/cases.ts";
import { protocols } from "../../scripts/soak/crowd/protocols.ts";
import { visit } from "../../scripts/soak/crowd/visit.ts";
import { type Fault, faults, type Plan, writePlan } from "../../scripts/soak/plan.ts";
import { createStampedFrames } from "../../scripts/soak/upstream/frames.ts";
import { createAccount, firstLogin } from "../../scripts/soak/upstream/login.ts";
import { createRequestReader, type Received } from "../../scripts/soak/upstream/requests.ts";
import { type Service, startService } from "../../scripts/soak/upstream/service.ts";
import { type Bridge, eventually, fixedTokens, startBridge } from "../support/bridge.ts";

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

test("a stamped frame is what AWS's codec takes for one", () => {
  const { headers, body } = codec.decode(createStampedFrames()(17, 1_790_000_000_000_000));
  expect(headers[":event-type"]?.value).toBe("assistantResponseEvent");
  expect(JSON.parse(new TextDecoder().decode(body)).content).toBe(" ~0017@1790000000000000;");
});

describe("through the bridge", () => {
  let service: Service;
  let bridge: Bridge;
  const bodyOf = createBodies();
  beforeAll(() => {
    service = startService();
    bridge = startBridge({ endpoint: service.url, tokens: fixedTokens(firstLogin.access_token) });
  });
  afterEach(() => eventually(() => service.stats().open === 0));
  afterAll(async () => {
    await bridge.stop();
    service.stop();
  });

  const ask = (wanted: Omit<Case, "protocol">) =>
    Promise.all(
      protocols.map((protocol) =>
        visit(bridge.url, { ...wanted, protocol }, bodyOf({ ...wanted, protocol }), {}),
      ),
    );

  const plans: readonly Plan[] = [
    { events: 1 },
    { events: 700 },
    { events: 5, gapMs: 1 },
    { events: 700, fragment: 50 },
  ];
  test.each(plans)("%j is answered to the last frame in every protocol", async (plan) => {
    for (const outcome of await ask({ plan, stream: true })) {
      expect(outcome).toMatchObject({ ending: "ok", status: 200, frames: plan.events, fault: undefined });
    }
  });

  test("a whole answer has its text once", async () => {
    for (const outcome of await ask({ plan: { events: 300 }, stream: false })) {
      expect(outcome).toMatchObject({ ending: "ok", frames: 300, fault: undefined });
    }
  });

  const broken = faults.flatMap((fault): [Fault, number][] => [
    [fault, 0],
    [fault, 200],
  ]);
  test.each(broken)(
    "%s after %d frames is heard as a failure, and of what came before nothing is wrong",
    async (fault, faultAt) => {
      for (const stream of [true, false]) {
        for (const outcome of await ask({ plan: { events: 400, fault, faultAt }, stream })) {
          expect(outcome.ending).toBeOneOf(["error", "refused"]);
          expect(outcome.frames).toBeLessThanOrEqual(faultAt);
          expect(outcome.fault).toBeUndefined();
        }
      }
    },
  );

  test("who leaves lets the upstream go, whenever that is", async () => {
    for (const leaveAfter of [0, 1]) {
      for (const { ending, fault } of await ask({
        plan: { events: 2, gapMs: 60_000 },
        stream: true,
        leaveAfter,
      })) {
        expect({ ending, fault }).toEqual({ ending: "left", fault: undefined });
      }
    }
  });

  test("an unexpected refusal is a fault, unless the case allows for it", async () => {
    service.account.expire();
    const plan = { events: 10 };
    for (const { ending, fault } of await ask({ plan, stream: true })) {
      expect({ ending, fault }).toEqual({ ending: "refused", fault: expect.stringContaining("refused") });
    }
    for (const { fault } of await ask({ plan, stream: true, mayBeRefused: true }))
      expect(fault).toBeUndefined();
  });
});

describe("the reader of requests", () => {
  const request = (body: string) =>
    `POST /token?x=1 HTTP/1.1\r\nAuthorization: Bearer aoa\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test("reads them one after the other, however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (bodies, size) => {
          const received: Received[] = [];
          const read = createRequestReader((each) => received.push(each));
          for (const body of bodies) {
            const bytes = Buffer.from(request(body));
            for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
          }
          expect(received).toEqual(
            bodies.map((text) => ({ method: "POST", path: "/token", bearer: "aoa", text })),
          );
        },
      ),
    );
  });

  test("of a long body keeps the beginning", () => {
    const received: Received[] = [];
    const read = createRequestReader((each) => received.push(each));
    read(Buffer.from(request(`${writePlan({ events: 3 })}${"x".repeat(1_000_000)}`)));
    expect(received.map(({ text }) => text.length)).toEqual([65_536]);
  });
});

describe("the account", () => {
  const redeem = (account: ReturnType<typeof createAccount>, refreshToken: string) =>
    account.redeem(JSON.stringify({ refreshToken }));

  test("honours a refresh token once, and counts", () => {
    const account = createAccount();
    expect(redeem(account, firstLogin.refresh_token)).toMatchObject({ status: 200 });
    expect(redeem(account, firstLogin.refresh_token)).toMatchObject({ status: 400 });
    expect(account.stats()).toEqual({ refreshes: 1, refusedRefreshes: 1 });
  });

  test("gives as many short-lived tokens as it is told to", () => {
    const account = createAccount();
    account.shorten(2);
    const lives = ["aor-soak-0", "aor-soak-1", "aor-soak-2"].map((token) => redeem(account, token).body);
    expect(lives).toMatchObject([{ expiresIn: 60 }, { expiresIn: 60 }, { expiresIn: 86_400 }]);
  });

  test("refuses every access token that was given before it expired", () => {
    const account = createAccount();
    expect(account.accepts(firstLogin.access_token)).toBe(true);
    account.expire();
    expect(account.accepts(firstLogin.access_token)).toBe(false);
    redeem(account, firstLogin.refresh_token);
    expect(account.accepts("aoa-soak-1")).toBe(true);
  });
});
