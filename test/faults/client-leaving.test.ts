import { afterAll, afterEach, expect, test } from "bun:test";
import { makeRig, ownLogin } from "../auth/rig.ts";
import { until } from "../support/event-loop.ts";
import { rawClient } from "../support/raw-client.ts";
import { stream, text } from "../support/script.ts";
import { leavings } from "./support/leaving.ts";
import { startRig } from "./support/rig.ts";
import { bytesOf, ways } from "./support/ways.ts";

const rig = startRig();
afterAll(rig.stop);
afterEach(async () => {
  await rig.expectBase();
  expect(rig.log.join("")).not.toContain("class=internal");
});

const streams = ways.filter((way) => way.stream);

test.each(streams)(
  "row 18: a client that leaves at any byte of its request asks the service for nothing: $path",
  async (way) => {
    const bytes = Buffer.from(bytesOf(way));
    const before = rig.hits();
    for (let length = 0; length < bytes.length; length += 50) {
      const lengths = Array.from(
        { length: Math.min(50, bytes.length - length) },
        (_, index) => length + index,
      );
      const clients = lengths.map((each) => rawClient(rig.url, bytes.subarray(0, each)));
      for (const { socket } of clients) socket.end();
      await until(() => clients.every(({ isClosed }) => isClosed()));
    }
    expect(rig.hits()).toBe(before);
  },
);

test("row 19: thirty clients that leave a flood of text end its requests, and hold nobody else up", async () => {
  /** Five megabytes. */
  const flood = text(...Array.from({ length: 100 }, () => "x".repeat(50_000)));
  const clients = Array.from({ length: 10 }, () => streams)
    .flat()
    .map((way) => {
      rig.simulator.script(stream(flood, { pauseMs: 3_600_000 }));
      const client = rawClient(rig.url, bytesOf(way));
      client.socket.on("data", (piece) => piece.includes("xxx") && client.socket.pause());
      return client;
    });
  await until(() => clients.every(({ socket }) => socket.isPaused()));
  const gone = () => rig.log.filter((line) => line.includes("end=gone")).length;
  const before = gone();
  const start = performance.now();
  const kinds = Object.values(leavings);
  for (const [index, { socket }] of clients.entries()) kinds[index % kinds.length]?.(socket);
  expect((await fetch(`${rig.url}/health`)).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(2_000);
  for (const { socket } of clients) socket.destroy();
  await until(() => rig.openUpstream() === 0 && gone() === before + clients.length);
});

test("row 21: clients that leave while the login is refreshed leave that to the others, and to the disk", async () => {
  await using login = makeRig();
  login.writeOwn({ ...ownLogin, access_token: "aoa-dead", expires_at: login.fromNow(-60) });
  const granted = Promise.withResolvers<Response>();
  login.oidc.answerNext(() => granted.promise);
  const bridge = startRig({ tokens: login.source, simulator: { accessTokens: ["aoa-fresh"] } });

  const leavers = ways.map((way) => rawClient(bridge.url, bytesOf(way)));
  const stayer = rawClient(bridge.url, bytesOf({ path: "/v1/messages", stream: false }));
  await until(() => login.oidc.calls.length === 1);
  for (const { socket } of leavers) socket.destroy();
  await until(() => bridge.log.filter((line) => line.includes("end=gone")).length === leavers.length);
  expect(bridge.hits()).toBe(0);

  granted.resolve(Response.json({ accessToken: "aoa-fresh", refreshToken: "aor-next", expiresIn: 3600 }));
  expect((await stayer.answers("POST"))[0]?.status).toBe(200);
  stayer.socket.destroy();
  expect(bridge.hits()).toBe(1);
  expect(login.oidc.calls).toHaveLength(1);
  expect(login.readOwn()).toMatchObject({ access_token: "aoa-fresh", refresh_token: "aor-next" });
  await bridge.expectBase();
  await bridge.stop();
});
