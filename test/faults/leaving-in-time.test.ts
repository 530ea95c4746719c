import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { RetryBucket } from "../../src/amazonq/recovery/retry.ts";
import { createBrake } from "../../src/protocols/brake.ts";
import { makeRig, ownLogin } from "../auth/rig.ts";
import { startBlackHole } from "../support/black-hole.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { type RawClient, rawAnswer, rawClient } from "../support/raw-client.ts";
import { openTool, text } from "../support/script.ts";
import { withEnvironment } from "./support/environment.ts";
import { encodedAll } from "./support/frames.ts";
import { chunk, chunkedHead, finish, head, stall } from "./support/http.ts";
import { expectInTime, settle, startBareServer, timeoutMs } from "./support/in-time.ts";
import { type Leave, type Left, lateness, leavings } from "./support/leaving.ts";
import { type Behaviour, type RawUpstream, startRawUpstream } from "./support/raw-upstream.ts";
import { startRawRig, startRig } from "./support/rig.ts";
import { flood, hold, searchCall, searchResult } from "./support/said.ts";
import { bytesOf, type Way, ways } from "./support/ways.ts";

const bare = startBareServer();
const bottomless: RetryBucket = { take: () => true, refill() {}, level: () => 1 };
const rig = await startRawRig({ bucket: bottomless, brake: createBrake(manualClock()) });
afterAll(async () => {
  await rig.stop();
  await bare.stop();
});
afterEach(async () => {
  await rig.expectBase();
  expect(rig.log.join("")).not.toContain("class=internal");
});

interface Situation {
  /** What the service does with the requests that the client's own leads to. */
  behaviours: readonly Behaviour[];
  /** Whether it has come to that, beyond that the last request is there, as far as anybody can see. */
  isReached?: (client: RawClient, way: Way) => boolean;
  isSearched?: boolean;
  /** For streamed answers alone. */
  isStreamed?: boolean;
  /** What the log says that the client was told, where there is but one thing to say. */
  status?: 499;
}

const hasSaid = (words: string) => (client: RawClient, way: Way) =>
  !way.stream || client.text().includes(words);
const hello = encodedAll(text("Hello"));
const insideCall = encodedAll([...text("Hello"), ...openTool("tooluse_a", "read", '{"pa')]);

const json = "content-type: application/json";
const refusal = (status: string, body: string) =>
  finish(head(status, json, `content-length: ${body.length}`, "connection: close"), body);
const busy = refusal("503 Service Unavailable", '{"message":"Busy."}');
const tooLong = refusal(
  "400 Bad Request",
  '{"__type":"ValidationException","message":"Too long.","reason":"CONTENT_LENGTH_EXCEEDS_THRESHOLD"}',
);

/** The service says what nobody reads, until neither it nor the bridge can get rid of any more. */
function unread(): Situation {
  let service: Socket | undefined;
  let written = 0;
  let turns = 0;
  return {
    isStreamed: true,
    behaviours: [
      (socket, request) => {
        service = socket;
        return flood(socket, request);
      },
    ],
    isReached({ socket, text }) {
      if (!socket.isPaused() && text().includes("xxx")) socket.pause();
      const before = written;
      written = service?.bytesWritten ?? 0;
      turns = socket.isPaused() && written === before ? turns + 1 : 0;
      return turns > 100;
    },
  };
}

const unanswered: Situation = { behaviours: [hold], status: 499 };
const betweenEvents: Situation = {
  behaviours: [stall(chunkedHead, chunk(hello))],
  isReached: hasSaid("Hello"),
};

const situations: Readonly<Record<string, Situation>> = {
  "row 18: before the service has answered": unanswered,
  "row 18: while a refusal's words are still to come": {
    behaviours: [stall(head("500 Internal Server Error", json, "content-length: 1000"), '{"message":"')],
  },
  "row 18: while its request waits to be sent again": {
    behaviours: [busy],
    isReached: () => rig.log.at(-1)?.includes("upstream.retry ") === true,
  },
  "row 18: after its request was sent again": { behaviours: [busy, hold] },
  "row 18: while its refusal as too long is held up": { behaviours: [tooLong] },
  "row 19: between two events": betweenEvents,
  "row 19: inside a tool call": {
    behaviours: [stall(chunkedHead, chunk(insideCall))],
    isReached: hasSaid("Hello"),
  },
  "row 19: in the middle of a burst": { behaviours: [flood], isReached: hasSaid("xxx") },
  "row 19: while the web is searched": { behaviours: [searchCall, hold], isSearched: true },
  "row 19: after the web was searched": { behaviours: [searchCall, searchResult, hold], isSearched: true },
  "row 20: while the status line is held": { behaviours: [stall(chunkedHead)] },
  "row 20: after signs of life": {
    behaviours: [stall(chunkedHead)],
    isReached(client, way) {
      rig.clock.advance(15_000);
      return hasSaid(way.path === "/v1/messages" ? "ping" : "keep")(client, way);
    },
  },
  "row 22: without reading any more": unread(),
};

type Connect = (bytes: string) => Promise<RawClient> | RawClient;
const connectAnew: Connect = (bytes) => rawClient(rig.url, bytes);
/** On a connection that has served a request already. */
const connectAgain: Connect = async (bytes) => {
  const client = rawClient(rig.url, bytesOf({ path: "/v1/messages", stream: false }));
  await client.answers("POST");
  client.socket.write(bytes);
  return client;
};

async function expectReleased(situation: Situation, leave: Leave, connect = connectAnew) {
  const { behaviours, isReached = () => true, isSearched = false, isStreamed = false } = situation;
  const ended = new RegExp(` info {2}req\\.end .* status=${situation.status ?? "(?:499|200)"} .*end=gone`);
  for (const way of ways.filter(({ stream }) => stream || !isStreamed)) {
    await expectInTime(async () => {
      const client = await connect(bytesOf(way, { isSearched }));
      const hits = rig.hits() + behaviours.length;
      rig.upstream.script(...behaviours);
      await until(() => {
        const isThere = rig.hits() === hits;
        // A retry that is still to come.
        if (!isThere) rig.clock.advance(0);
        return isThere;
      });
      await until(() => isReached(client, way));
      await settle();
      const late = await lateness(rig, bare, client, leave);
      expect(rig.log.findLast((line) => line.includes("end=gone"))).toMatch(ended);
      expect(client.text()).not.toMatch(/\[DONE\]|event: message_stop|event: response\.completed/);
      return late;
    });
  }
}

// So often is a conversation refused at once.
beforeAll(async () => {
  for (const way of ways.slice(0, 3)) {
    rig.upstream.script(tooLong);
    expect((await rawAnswer(rig.url, bytesOf(way))).status).toBe(400);
  }
});

describe.each(Object.entries(leavings))("a client that leaves by %s its connection", (_, leave) => {
  test.each(Object.entries(situations))(
    "%s ends its request within 50 ms",
    (_situation, situation) => expectReleased(situation, leave),
    timeoutMs,
  );

  const again = {
    "row 18: before the service has answered": unanswered,
    "row 19: between two events": betweenEvents,
  };
  test.each(Object.entries(again))(
    "%s, and has been served on it before, ends its request within 50 ms",
    (_situation, situation) => expectReleased(situation, leave, connectAgain),
    timeoutMs,
  );
});

const requestsOf = ({ log }: Left) => log.filter((line) => line.includes("req.begin ")).length;

/** Of a bridge whose every request comes to where this is so, and no further. */
async function expectLeft(left: Left, isReached: () => boolean) {
  for (const way of ways) {
    for (const leave of Object.values(leavings)) {
      await expectInTime(async () => {
        const requests = requestsOf(left);
        const client = rawClient(left.url, bytesOf(way));
        await until(() => requestsOf(left) === requests + 1 && isReached());
        await settle();
        return lateness(left, bare, client, leave);
      });
    }
  }
}

test(
  "row 21: a client that leaves while the login is renewed is let go within 50 ms, and the login is renewed",
  async () => {
    await using login = makeRig();
    login.writeOwn({ ...ownLogin, access_token: "aoa-dead", expires_at: login.fromNow(-60) });
    const granted = Promise.withResolvers<Response>();
    login.oidc.answerNext(() => granted.promise);
    const bridge = await startRawRig({ tokens: login.source });

    await expectLeft(bridge, () => login.oidc.calls.length === 1);
    expect(bridge.hits()).toBe(0);
    granted.resolve(Response.json({ accessToken: "aoa-fresh", refreshToken: "aor-next", expiresIn: 3600 }));
    await until(() => login.readOwn()["refresh_token"] === "aor-next");
    expect(login.oidc.calls).toHaveLength(1);
    await bridge.stop();
  },
  timeoutMs,
);

const over = (upstream: RawUpstream) => ({ upstream, hits: upstream.hits });

describe("a client that leaves before its request can be sent", () => {
  test(
    "row 18: since the service does not begin to encrypt, is let go within 50 ms",
    async () => {
      const silent = await startRawUpstream(hold);
      const bridge = startRig({ endpoint: silent.url.replace("http:", "https:") });
      await expectLeft({ ...bridge, ...over(silent) }, () => silent.open() === 1);
      await bridge.stop();
      await silent.stop();
    },
    timeoutMs,
  );

  test(
    "row 18: since a proxy does not answer, is let go within 50 ms",
    async () => {
      const proxy = await startRawUpstream(hold);
      const bridge = startRig({ endpoint: "https://service.test" });
      await withEnvironment({ HTTPS_PROXY: proxy.url }, () =>
        expectLeft({ ...bridge, ...over(proxy) }, () => proxy.open() === 1),
      );
      await bridge.stop();
      await proxy.stop();
    },
    timeoutMs,
  );

  test(
    "row 39: since nobody takes the connection, is let go within 50 ms",
    async () => {
      const hole = await startBlackHole();
      const bridge = startRig({ endpoint: hole.url });
      await expectLeft({ ...bridge, upstream: { open: () => 0 } }, () => true);
      await bridge.stop();
      await hole.stop();
    },
    timeoutMs,
  );
});
