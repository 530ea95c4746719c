import { afterEach, describe, expect, test } from "bun:test";
import type { TlsOptions } from "node:tls";
import { remedyOf } from "../../src/amazonq/recovery/service-error.ts";
import { connectionFailure } from "../../src/amazonq/response/connection.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { contextUsage, ending, metering, stream, text } from "../support/script.ts";
import { stopAfter } from "../support/stop-after.ts";
import { badGateway, expectFailure } from "./support/bad-gateway.ts";
import { authority, expired, ofAnotherHost, serverKey, trusted } from "./support/certificates.ts";
import { withEnvironment } from "./support/environment.ts";
import { forms, post } from "./support/forms.ts";
import { encodedAll } from "./support/frames.ts";
import {
  chunkedHead,
  finish,
  head,
  keepAlive,
  openEndedHead,
  reset,
  sizedHead,
  stall,
} from "./support/http.ts";
import { type Behaviour, startRawUpstream } from "./support/raw-upstream.ts";
import { canaryBody, type RawRig, type Rig, startRawRig, startRig } from "./support/rig.ts";

const kept = stopAfter(afterEach);
const rawRig = async (...options: Parameters<typeof startRawRig>): Promise<RawRig> =>
  kept(await startRawRig(...options));
const rigOverSimulator = (): Rig => kept(startRig());

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308, 300, 304])(
    "row 35: %d is not followed, nor is the body sent again",
    async (status) => {
      const rig = await rawRig();
      const second = kept(await startRawUpstream(finish(head("200 OK", "content-length: 0"))));
      const redirect = finish(
        head(`${status} Elsewhere`, `location: ${second.url}/`, "content-length: 0", "connection: close"),
      );
      await expectFailure(rig, badGateway("upstream_protocol_error"), () => rig.upstream.script(redirect), 1);
      expect(second.hits()).toBe(0);
      await rig.expectBase();
    },
  );

  test("row 35: is not followed by the fetch that sends logins either", async () => {
    const second = kept(await startRawUpstream(finish(head("200 OK", "content-length: 0"))));
    const first = kept(
      await startRawUpstream(
        finish(head("307 Elsewhere", `location: ${second.url}/token`, "content-length: 0")),
      ),
    );
    const fetch = createSecureFetch({ caCertificates: [], verify: true });
    await expect(fetch(`${first.url}/token`, { method: "POST", body: "secret" })).rejects.toMatchObject({
      code: "UnexpectedRedirect",
    });
    expect(second.hits()).toBe(0);
  });
});

test.each(["text/html", "application/json", "text/event-stream", ""])(
  "row 36: an answer of type %p is not the service's, and no 200 is sent for it",
  async (contentType) => {
    const rig = rigOverSimulator();
    const page = {
      events: [{ bytes: Buffer.from("<html>Log in to the hotel's network</html>") }],
      contentType,
    };
    await expectFailure(rig, badGateway("upstream_protocol_error"), () => rig.simulator.script(page), 1);
    expect(rig.log.join("")).toContain(`content-type ${contentType || "missing"}`);
    await rig.expectBase();
  },
);

describe("an answer without content", () => {
  const empty: Readonly<Record<string, Behaviour>> = {
    "a 204": finish(head("204 No Content", "connection: close")),
    "a length of zero": finish(sizedHead(0)),
    "no message": finish(chunkedHead, "0\r\n\r\n"),
    "no message and no length": finish(openEndedHead),
    "only its ending": finish(
      sizedHead(encodedAll(ending("END_TURN")).length),
      encodedAll(ending("END_TURN")),
    ),
    "only its price": finish(openEndedHead, encodedAll([metering, contextUsage])),
    "only empty deltas": finish(openEndedHead, encodedAll([...text("", ""), metering])),
  };

  test.each(Object.entries(empty))(
    "row 37: %s is asked for once more, and then a bad gateway",
    async (_, behaviour) => {
      const rig = await rawRig();
      const script = () => rig.upstream.script(behaviour, behaviour);
      await expectFailure(rig, badGateway("upstream_protocol_error", "warn"), script, 2);
      await rig.expectBase();
    },
  );

  test("row 37: is not seen by a client when the second one has some", async () => {
    const rig = await rawRig();
    for (const form of forms) {
      rig.upstream.script(finish(sizedHead(0)));
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Still here." });
    }
    await rig.expectBase();
  });
});

describe("a service that cannot be reached", () => {
  test("row 38: is tried three times at once, and is a bad gateway", async () => {
    const rig = await rawRig();
    await rig.upstream.stop();
    await expectFailure(rig, badGateway("upstream_unreachable"), () => {}, 0);
    const retries = rig.log.filter((line) => line.includes("upstream.retry "));
    expect(retries).toHaveLength(2 * forms.length);
    for (const line of retries) expect(line).toContain('cause="connection: ECONNREFUSED"');
  });

  test.each(["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "FailedToOpenSocket"])(
    "row 38: by %s is told and retried as such",
    (code) => {
      const failure = connectionFailure(Object.assign(new Error("no"), { code }));
      expect(failure).toMatchObject({ kind: "unreachable", code: "upstream_unreachable" });
      expect(failure.message).toContain(code);
      expect(remedyOf(failure)).toEqual({ retry: "transient" });
    },
  );

  test("row 39: that takes the connection and never answers is timed out, and the connection let go", async () => {
    const rig = await rawRig();
    for (const form of forms.filter(({ stream }) => !stream)) {
      rig.upstream.script(stall());
      const asked = rig.ask(form);
      await rig.settled(untilHeld(rig));
      rig.clock.advance(300_000);
      const outcome = await asked;
      expect(outcome).toMatchObject({ status: 504, shouldRetry: "false" });
      expect(rig.endOf(outcome)).toContain("class=timeout code=upstream_timeout");
    }
    expect(rig.hits()).toBe(2);
    await rig.expectBase();
  });
});

async function untilHeld(rig: Rig) {
  while (rig.openUpstream() === 0) await new Promise(setImmediate);
}

describe("a certificate", () => {
  const tls: Readonly<
    Record<string, readonly [code: string, authorities: readonly string[], options: TlsOptions]>
  > = {
    "of an unknown authority": ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", [], { cert: trusted }],
    "that has expired": ["CERT_HAS_EXPIRED", [authority], { cert: expired }],
    "for another host": ["ERR_TLS_CERT_ALTNAME_INVALID", [authority], { cert: ofAnotherHost }],
    "with a version of 1999": [
      "EPROTO",
      [authority],
      { cert: trusted, minVersion: "TLSv1", maxVersion: "TLSv1" },
    ],
  };

  test.each(Object.entries(tls))(
    "row 40: %s is refused at once",
    async (_, [code, caCertificates, options]) => {
      const rig = await rawRig({ caCertificates }, { key: serverKey, ...options });
      await expectTlsFailure(rig, code);
    },
  );

  test("row 40: is missed where there is plain text", async () => {
    const plain = kept(await startRawUpstream(finish(head("400 Bad Request", "content-length: 0"))));
    const rig = await rawRig({ endpoint: plain.url.replace("http:", "https:") });
    await expectTlsFailure(rig, "EPROTO");
    expect(plain.hits()).toBe(2 * forms.length);
  });

  test("row 40: of an authority that is trusted besides the others is taken", async () => {
    const rig = await rawRig({ caCertificates: [authority] }, { key: serverKey, cert: trusted });
    await rig.expectBase();
  });

  test("row 41: is verified whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
    const rig = await rawRig({}, { key: serverKey, cert: trusted });
    await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, async () => {
      // What the variable does to a request that does not ask for verification itself.
      expect((await fetch(rig.upstream.url)).status).toBe(200);
      await expectTlsFailure(rig, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", 1);
    });
  });

  async function expectTlsFailure(rig: RawRig, code: string, hitsBefore = 0) {
    await expectFailure(rig, badGateway("upstream_tls_error"), () => {}, 0);
    expect(rig.log.filter((line) => line.includes("upstream.retry"))).toEqual([]);
    for (const form of forms) {
      const { failure } = await rig.ask(form);
      expect(failure?.message).toContain(code);
      expect(failure?.message).toContain("AMAZONQ_CA_BUNDLE");
    }
    expect(rig.upstream.hits()).toBe(hitsBefore);
  }
});

describe("a connection that was kept", () => {
  test.each<[string, Behaviour]>([
    ["closed", (socket) => void socket.end()],
    ["reset", (socket) => void socket.resetAndDestroy()],
  ])("row 43: and is %s under the next request is replaced once, unseen by the client", async (_, die) => {
    const rig = await rawRig();
    for (const form of forms) {
      rig.upstream.script(keepAlive(canaryBody), die);
      await rig.ask(form);
      const before = rig.hits();
      expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Still here." });
      expect(rig.hits() - before).toBe(2);
    }
    await rig.expectBase();
  });

  test("row 43: and was closed while idle is not noticed at all", async () => {
    const rig = await rawRig();
    const closedLater: Behaviour = (socket, request) => {
      const answered = keepAlive(canaryBody)(socket, request);
      setImmediate(() => socket.end());
      return answered;
    };
    for (const form of forms) {
      rig.upstream.script(closedLater);
      expect(await rig.ask(form)).toMatchObject({ status: 200 });
      expect(await rig.ask(form)).toMatchObject({ status: 200 });
    }
    expect(rig.hits()).toBeLessThanOrEqual(4 * forms.length);
    await rig.expectBase();
  });
});

describe("an answer that does not begin", () => {
  const manyHeaders = Array.from({ length: 300 }, (_, index) => `x-${index}: a`);
  const broken: Readonly<Record<string, Behaviour>> = {
    "a garbled status line": finish("HELLO WORLD\r\n\r\n"),
    "three hundred headers": finish(head("200 OK", ...manyHeaders)),
    "a closed connection": finish(""),
    "a reset connection": reset(""),
    "a status line cut short": finish("HTTP/1.1 20"),
  };

  test.each(Object.entries(broken))("row 50: by %s is asked for three times", async (_, behaviour) => {
    const rig = await rawRig();
    for (const form of forms) {
      rig.upstream.script(behaviour, behaviour, behaviour);
      const before = rig.hits();
      const outcome = await rig.ask(form);
      expect(outcome).toMatchObject({ status: 502, shouldRetry: "false" });
      expect(rig.hits() - before).toBe(3);
      expect(rig.endOf(outcome)).toMatch(/^\S+ error .*cause="connection: /);
    }
    await rig.expectBase();
  });

  test("row 50: is not seen by the client when the next one does", async () => {
    const rig = await rawRig();
    for (const form of forms) {
      for (const behaviour of Object.values(broken)) {
        rig.upstream.script(behaviour);
        expect(await rig.ask(form)).toMatchObject({ status: 200, text: "Still here." });
      }
    }
    await rig.expectBase();
  });
});

test("a client that leaves while a retry is waited for stops it", async () => {
  const rig = rigOverSimulator();
  const throttled = { status: 429, headers: { "retry-after": "60" }, body: {} };
  for (const form of forms) {
    rig.simulator.script(throttled);
    const before = rig.hits();
    const leave = new AbortController();
    const asked = post(rig.url, form, {}, leave.signal).catch(() => "left");
    while (!rig.log.at(-1)?.includes("upstream.retry")) await new Promise(setImmediate);
    leave.abort();
    expect(await asked).toBe("left");
    while (rig.clock.waiting() > 0) await new Promise(setImmediate);
    expect(rig.hits() - before).toBe(1);
  }
  expect(rig.log.filter((line) => line.includes("end=gone"))).toHaveLength(forms.length);
  rig.simulator.script(stream(text("x")));
  await rig.ask({ protocol: "openai", stream: false });
  await rig.expectBase();
});
