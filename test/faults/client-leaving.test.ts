import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { makeRig, ownLogin } from "../auth/rig.ts";
import { until } from "../support/event-loop.ts";
import { postText, type RawClient, rawClient } from "../support/raw-client.ts";
import { openTool, stream, text } from "../support/script.ts";
import { expectSoon } from "../support/soon.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig();
afterAll(rig.stop);
afterEach(async () => {
  await rig.expectBase();
  expect(rig.log.join("")).not.toContain("class=internal");
});

const hello = { role: "user", content: "Hello" };
const request = {
  model: "claude-sonnet-4.5",
  max_tokens: 9_000_000,
  messages: [hello],
  input: [hello],
  store: false,
};
const forms = ["/v1/chat/completions", "/v1/messages", "/v1/responses"].flatMap((path) => [
  { path, stream: true },
  { path, stream: false },
]);
const streams = forms.filter((form) => form.stream);
const bytesOf = ({ path, stream: streamed }: (typeof forms)[number]) =>
  postText(path, { ...request, stream: streamed });

const leavings: Readonly<Record<string, (socket: Socket) => unknown>> = {
  closing: (socket) => socket.destroy(),
  resetting: (socket) => socket.resetAndDestroy(),
  "half-closing": (socket) => socket.end(),
};

const goneLines = () => rig.log.filter((line) => line.includes("end=gone"));
const gone = () => goneLines().length;

/** Leaves, and tells how many milliseconds it took the service to hear of it. */
async function msUntilReleased(client: RawClient, leave: (socket: Socket) => unknown): Promise<number> {
  const before = gone();
  const start = performance.now();
  leave(client.socket);
  await until(() => rig.openUpstream() === 0);
  const ms = performance.now() - start;
  await until(() => rig.clock.waiting() === 0 && gone() === before + 1);
  client.socket.destroy();
  return ms;
}

const forever = { pauseMs: 3_600_000 };
/** Five megabytes. */
const flood = text(...Array.from({ length: 100 }, () => "x".repeat(50_000)));

/** Takes the first of an answer's text and no more. */
function floodedClient(form: (typeof forms)[number]): RawClient {
  rig.simulator.script(stream(flood, forever));
  const client = rawClient(rig.url, bytesOf(form));
  client.socket.on("data", (piece) => piece.includes("xxx") && client.socket.pause());
  return client;
}

describe("a client that leaves while it sends its request", () => {
  test.each(streams)("row 18: at any byte of it asks the service for nothing: $path", async (form) => {
    const bytes = Buffer.from(bytesOf(form));
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
  });
});

describe.each(Object.entries(leavings))("a client that leaves by %s the connection", (_, leave) => {
  test("row 18: before the service has answered ends its request, which is not repeated", async () => {
    const answers = { status: { ...stream(), delayMs: forever.pauseMs }, event: stream(forever) };
    const times: number[] = [];
    for (const answer of Object.values(answers)) {
      for (const form of forms) {
        rig.simulator.script(answer);
        const before = rig.hits();
        const client = rawClient(rig.url, bytesOf(form));
        await until(() => rig.openUpstream() === 1);
        times.push(await msUntilReleased(client, leave));
        expect(rig.hits()).toBe(before + 1);
        expect(goneLines().at(-1)).toMatch(/ info {2}req\.end .* status=499 .*end=gone/);
        if (client.socket.destroyed) expect(client.text()).toBe("");
      }
    }
    expectSoon(times);
  });

  test("row 19: in the middle of a flood of text ends its request", async () => {
    const times: number[] = [];
    for (const form of streams) {
      const client = floodedClient(form);
      await until(() => client.socket.isPaused());
      times.push(await msUntilReleased(client, leave));
      expect(goneLines().at(-1)).toMatch(/ info {2}req\.end .* status=200 .*end=gone/);
    }
    expectSoon(times);
  });

  const silences = {
    "after some text": [...text("Hello"), forever],
    "inside a tool call": [...text("Hello"), ...openTool("tooluse_a", "read", '{"pa'), forever],
  };
  test.each(Object.entries(silences))(
    "row 20: while the service is silent %s ends its request",
    async (_where, steps) => {
      const times: number[] = [];
      for (const form of streams) {
        rig.simulator.script(stream(steps));
        const client = rawClient(rig.url, bytesOf(form));
        await until(() => client.text().includes("Hello"));
        times.push(await msUntilReleased(client, leave));
        expect(goneLines().at(-1)).toMatch(/ info {2}req\.end .* status=200 .*end=gone/);
        expect(client.text()).not.toMatch(/\[DONE\]|message_stop|response\.completed|finish_reason":"/);
      }
      expectSoon(times);
    },
  );
});

test("row 19: thirty clients that leave a flood of text end its requests, and hold nobody else up", async () => {
  const clients = Array.from({ length: 30 }, (_, index) =>
    floodedClient(streams[index % 3] ?? { path: "/v1/messages", stream: true }),
  );
  await until(() => clients.every(({ socket }) => socket.isPaused()));
  const before = gone();
  const start = performance.now();
  for (const [index, { socket }] of clients.entries()) Object.values(leavings)[index % 3]?.(socket);
  expect((await fetch(`${rig.url}/health`)).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(2_000);
  for (const { socket } of clients) socket.destroy();
  await until(() => rig.openUpstream() === 0 && gone() === before + clients.length);
});

describe("a client that leaves while the login is refreshed", () => {
  test("row 21: leaves the refresh to the others, and to the disk", async () => {
    await using login = makeRig();
    login.writeOwn({ ...ownLogin, access_token: "aoa-dead", expires_at: login.fromNow(-60) });
    const granted = Promise.withResolvers<Response>();
    login.oidc.answerNext(() => granted.promise);
    const bridge = startRig({ tokens: login.source, simulator: { accessTokens: ["aoa-fresh"] } });

    const leavers = forms.map((form) => rawClient(bridge.url, bytesOf(form)));
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

  test("row 21: being the only one, has it kept for the next", async () => {
    await using login = makeRig();
    login.writeOwn({ ...ownLogin, access_token: "aoa-dead", expires_at: login.fromNow(-60) });
    const granted = Promise.withResolvers<Response>();
    login.oidc.answerNext(() => granted.promise);
    const bridge = startRig({ tokens: login.source, simulator: { accessTokens: ["aoa-fresh"] } });

    const leaver = rawClient(bridge.url, bytesOf({ path: "/v1/chat/completions", stream: true }));
    await until(() => login.oidc.calls.length === 1);
    leaver.socket.destroy();
    await until(() => bridge.log.some((line) => line.includes("end=gone")));
    granted.resolve(Response.json({ accessToken: "aoa-fresh", refreshToken: "aor-next", expiresIn: 3600 }));
    await until(() => login.readOwn()["refresh_token"] === "aor-next");
    await bridge.expectBase();
    expect(login.oidc.calls).toHaveLength(1);
    await bridge.stop();
  });
});
