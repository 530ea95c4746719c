import { afterAll, describe, expect, test } from "bun:test";
import { listen } from "../../src/listen.ts";
import { until } from "../support/event-loop.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import { postText, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { makeServer } from "../support/server.ts";
import { say } from "../support/turns.ts";
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

  test("row 22: has little made for it, and is left to itself after its time", async () => {
    const stalled = 20;
    let pulls = 0;
    let cancelled = 0;
    const server = makeServer({
      config: { slowClientTimeoutSeconds: 1 },
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
    const listening = listen({ host: "127.0.0.1", port: 0, idleSeconds: 1, fetch: server.app.fetch });
    server.app.server = listening.server;
    const body = {
      model: "m",
      max_tokens: 1e9,
      messages: [{ role: "user", content: "Hello" }],
      stream: true,
    };
    const clients = Array.from({ length: stalled }, (_, index) => {
      const client = rawClient(
        listening.url,
        postText(["/v1/messages", "/v1/chat/completions"][index % 2] ?? "", body),
      );
      client.socket.pause();
      return client;
    });
    const start = performance.now();
    for (let before = -1; pulls > before || pulls === 0; await Bun.sleep(500)) before = pulls;
    const early = pulls;
    expect((await rawAnswer(listening.url, requestText("GET /health"))).status).toBe(200);
    while (cancelled < stalled && performance.now() - start < 12_000) await Bun.sleep(50);

    expect(cancelled).toBe(stalled);
    // What the kernel takes, and no more than that: nothing is made while nothing is read.
    expect(pulls).toBe(early);
    expect((pulls * piece.length) / stalled).toBeLessThan(8 * mib);
    const ends = server.log.filter((line) => line.includes("end=gone"));
    expect(ends).toHaveLength(stalled);
    expect(ends.filter((line) => !/ warn .*why=slow/.test(line))).toEqual([]);
    for (const { socket } of clients) socket.destroy();
    await listening.stop();
  }, 20_000);
});
