import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { startBridge } from "../support/bridge.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import { manualClock } from "../support/manual-clock.ts";
import { postText, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { stream, text } from "../support/script.ts";
import { startServer } from "../support/server.ts";
import { say } from "../support/turns.ts";
import { atBase, rememberBase } from "./support/base.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig({ config: { bodyTimeoutSeconds: 60 } });
afterAll(rig.stop);
const isThorough = process.env["AQBRIDGE_FAULTS"] === "all";

describe("a body that does not arrive", () => {
  const paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/credentials"];
  const json = "Content-Type: application/json";
  const kinds = { "of a stated length": "Content-Length: 100000", "in chunks": "Transfer-Encoding: chunked" };

  describe.each(Object.entries(kinds))("%s", (_, length) => {
    test.each(paths)("row 17: POST %s is given up after its time, though some of it comes", async (path) => {
      const before = rig.hits();
      const client = rawClient(rig.url, requestText(`POST ${path}`, [json, length]));
      await until(() => rig.clock.waiting() === 1);
      for (let second = 0; second < 59; second++) {
        client.socket.write("1\r\n \r\n");
        rig.clock.advance(1_000);
      }
      expect(client.text()).toBe("");
      rig.clock.advance(1_000);
      const [answer] = await client.answers("POST");
      if (!answer) throw new Error("There was no answer.");
      expectFailure(path, answer, failureForms.late);
      await until(() => client.isClosed());
      expect(rig.hits()).toBe(before);
      await rig.expectBase();
    });
  });
});

test.if(isThorough)(
  "row 17: two thousand connections that never finish their headers are closed, and cost little meanwhile",
  async () => {
    const before = process.memoryUsage.rss();
    const clients = Array.from({ length: 2_000 }, () =>
      rawClient(rig.url, "POST /v1/messages HTTP/1.1\r\nHost: lo"),
    );
    await until(() => clients.every(({ socket }) => !socket.connecting));
    expect((await rawAnswer(rig.url, requestText("GET /health"))).status).toBe(200);
    // The client's half among it, since both are one process here.
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 * 1024 * 1024);
    const start = performance.now();
    while (!clients.every(({ isClosed }) => isClosed()) && performance.now() - start < 20_000)
      await Bun.sleep(100);
    expect(performance.now() - start).toBeLessThan(16_000);
    await rig.expectBase();
  },
  30_000,
);

describe("a client that reads nothing", () => {
  const piece = "x".repeat(64 * 1024);
  const mib = 1024 * 1024;
  const paths = ["/v1/messages", "/v1/chat/completions", "/v1/responses"];
  const body = {
    model: "claude-sonnet-4.5",
    max_tokens: 1e9,
    messages: [{ role: "user", content: "Hello" }],
    input: "Hello",
    store: false,
    stream: true,
  };
  const stalledClients = (url: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const client = rawClient(url, postText(paths[index % paths.length] ?? "", body));
      client.socket.pause();
      return client;
    });
  const slowEnds = (log: readonly string[]) => log.filter((line) => / warn .*end=gone .*why=slow/.test(line));

  // More seconds than the runtime could count.
  test.each([0.5, 120, 600])(
    "row 22: has little made for it, and is left after its %d s",
    async (seconds) => {
      const stalled = 2 * paths.length;
      const clock = manualClock();
      let pulls = 0;
      let cancelled = 0;
      const server = startServer({
        clock,
        config: { slowClientTimeoutSeconds: seconds },
        answer: () =>
          new ReadableStream(
            {
              pull(controller) {
                pulls++;
                controller.enqueue([say(piece)]);
              },
              cancel() {
                cancelled++;
              },
            },
            { highWaterMark: 0 },
          ),
      });
      const expectBase = rememberBase(server);
      const clients = stalledClients(server.url, stalled);
      for (let before = -1; pulls > before || pulls === 0; await Bun.sleep(100)) before = pulls;
      const early = pulls;
      expect((await rawAnswer(server.url, requestText("GET /health"))).status).toBe(200);

      clock.advance(seconds * 1000 - 1);
      await turnOfLoop();
      expect(cancelled).toBe(0);
      clock.advance(1);
      await until(() => cancelled === stalled);
      // What the kernel takes, and no more than that: nothing is made while nothing is read.
      expect(pulls).toBe(early);
      expect((pulls * piece.length) / stalled).toBeLessThan(8 * mib);
      expect(server.log.filter((line) => line.includes("end=gone"))).toHaveLength(stalled);
      expect(slowEnds(server.log)).toHaveLength(stalled);
      expect(clock.waiting()).toBe(0);
      for (const { socket } of clients) socket.destroy();
      await expectBase();
      await server.stop();
    },
    20_000,
  );

  const openFiles = () => readdirSync("/proc/self/fd").length;

  test.if(process.platform === "linux")(
    "row 22: loses its connection, and the one to the service is closed at once",
    async () => {
      const bridge = atBase(startBridge({ config: { slowClientTimeoutSeconds: 0.3 } }));
      const endless = stream(text(...Array<string>(500).fill(piece)));
      // One that leaves by itself, so that what is opened but once is not counted.
      bridge.simulator.script(endless);
      const [leaving] = stalledClients(bridge.url, 1);
      await until(() => bridge.openUpstream() === 1);
      leaving?.socket.destroy();
      await until(() => bridge.openUpstream() === 0);
      const before = openFiles();

      bridge.simulator.script(...paths.map(() => endless));
      const clients = stalledClients(bridge.url, paths.length);
      await until(() => slowEnds(bridge.log).length === clients.length);
      await until(() => bridge.openUpstream() === 0);

      // The runtime looks every four seconds; the clients' own halves stay open.
      const start = performance.now();
      while (openFiles() > before + clients.length && performance.now() - start < 8_000) await Bun.sleep(50);
      expect(openFiles()).toBeLessThanOrEqual(before + clients.length);
      for (const { socket } of clients) socket.destroy();
      await bridge.stop();
    },
    15_000,
  );
});
