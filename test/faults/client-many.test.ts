import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { TurnEvent } from "../../src/turn/events.ts";
import { until } from "../support/event-loop.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import { endLine } from "../support/log-lines.ts";
import { postText, type RawClient, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { stream } from "../support/script.ts";
import { startServer } from "../support/server.ts";
import { end, say } from "../support/turns.ts";
import { atBase } from "./support/base.ts";
import { startRig } from "./support/rig.ts";

const paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses"];
const hello = { role: "user", content: "Hello" };
const request = {
  model: "claude-sonnet-4.5",
  max_tokens: 20_000,
  messages: [hello],
  input: [hello],
  store: false,
};
const ask = (path: string, isStreamed: boolean) => postText(path, { ...request, stream: isStreamed });

describe("requests that follow each other on one connection", () => {
  const rig = startRig();
  afterAll(rig.stop);
  afterEach(rig.expectBase);
  const health = requestText("GET /health");

  test("row 23: are answered in their order, the good and the bad", async () => {
    const bytes = [
      health,
      postText("/v1/messages", "{"),
      requestText("POST /v1/messages", ["Content-Type: text/plain", "Content-Length: 2"], "{}"),
      requestText("GET /nothing"),
      requestText("GET /health", ["Origin: https://evil.example"]),
      requestText("HEAD /health"),
      postText("/v1/messages/count_tokens", request),
      requestText("DELETE /v1/messages"),
      health,
    ];
    const client = rawClient(rig.url, bytes.join(""));
    const answers = await client.answers(...bytes.map((each) => each.split(" ")[0] ?? ""));
    client.socket.destroy();
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 415, 404, 403, 200, 200, 405, 200]);
    expect(answers[8]?.body).toContain('"status":"ok"');
  });

  // The runtime takes no request while an answer is waited for: it ends the connection instead.
  test("row 23: while the service is asked end what was asked, and get nobody else's answer", async () => {
    for (const path of paths) {
      rig.simulator.script(stream({ pauseMs: 3_600_000 }));
      const client = rawClient(rig.url, ask(path, true));
      await until(() => rig.openUpstream() === 1);
      client.socket.write(health);
      await until(() => client.isClosed() && rig.openUpstream() === 0);
      expect(client.text()).toBe("");
    }
  });

  test("row 23: may be sent one by one after any failure", async () => {
    const client = rawClient(rig.url);
    const methods: string[] = [];
    for (const path of paths) {
      for (const bytes of [
        postText(path, "[]"),
        requestText(`DELETE ${path}`),
        requestText(`GET ${path}/x/y`),
        ask(path, true),
        ask(path, false),
      ]) {
        client.socket.write(bytes);
        methods.push("POST");
        await client.answers(...methods);
      }
    }
    const statuses = (await client.answers(...methods)).map(({ status }) => status);
    client.socket.destroy();
    expect(statuses).toEqual(paths.flatMap(() => [400, 405, 404, 200, 200]));
  });
});

describe("more answers than the server gives at once", () => {
  const most = 6;

  /** A server whose answers wait to be let go, each with its first words said or not. */
  function startHolding({ maxStreams = most, first = [say("Hello")] as readonly TurnEvent[] } = {}) {
    const held: ReadableStreamDefaultController<readonly TurnEvent[]>[] = [];
    const server = startServer({
      config: { maxStreams },
      answer: ({ signal }) =>
        new ReadableStream({
          start(controller) {
            if (first.length > 0) controller.enqueue(first);
            held.push(controller);
            signal.addEventListener("abort", () => controller.error(signal.reason));
          },
        }),
    });
    const finish = (controller: (typeof held)[number]) => {
      controller.enqueue([...(first.length > 0 ? [] : [say("Hello")]), end()]);
      controller.close();
    };
    return { ...atBase(server), held, finishAll: () => held.splice(0).forEach(finish) };
  }

  async function expectBusy(server: { url: string; log: readonly string[] }, path: string, stream: boolean) {
    const answer = await rawAnswer(server.url, ask(path, stream));
    expectFailure(path, answer, failureForms.busy);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(endLine(server.log, answer.headers.get("request-id") ?? "")).toMatch(/ warn .*class=busy/);
  }

  test("row 24: are refused as busy, of every protocol, streamed or not, and all else is answered", async () => {
    const server = startHolding();
    const clients = paths.flatMap((path) =>
      [true, false].map((stream) => rawClient(server.url, ask(path, stream))),
    );
    await until(() => server.held.length === most);
    for (const path of paths) for (const stream of [true, false]) await expectBusy(server, path, stream);
    for (const path of ["/health", "/credentials", "/v1/models", "/"]) {
      expect((await rawAnswer(server.url, requestText(`GET ${path}`))).status).toBe(200);
    }
    const count = await rawAnswer(server.url, postText("/v1/messages/count_tokens", request));
    expect(count.status).toBe(200);
    expect(server.requests).toHaveLength(most);

    server.finishAll();
    for (const client of clients) expect((await client.answers("POST"))[0]?.status).toBe(200);
    for (const { socket } of clients) socket.destroy();
    await server.stop();
  });

  const endings: Readonly<
    Record<string, (client: RawClient, server: ReturnType<typeof startHolding>) => unknown>
  > = {
    "an ending": (_, server) => server.finishAll(),
    "a failure in the middle": (_, server) =>
      server.held.splice(0).forEach((each) => void each.error(new Error("broken"))),
    "a client that closes": ({ socket }) => socket.destroy(),
    "a client that resets": ({ socket }) => socket.resetAndDestroy(),
    "a client that half-closes": ({ socket }) => socket.end(),
  };
  const firsts: Readonly<Record<string, readonly TurnEvent[]>> = { after: [say("Hello")], before: [] };

  describe.each(Object.entries(endings))("%s", (_name, finish) => {
    test.each(Object.entries(firsts))(
      "row 24: %s the first words makes room for one more, every time",
      async (_when, first) => {
        const server = startHolding({ maxStreams: 1, first });
        for (const path of paths) {
          for (const stream of [true, false, true]) {
            const before = server.requests.length;
            const client = rawClient(server.url, ask(path, stream));
            await until(() => server.requests.length === before + 1 && server.held.length === 1);
            if (stream && first.length > 0) await until(() => client.text().includes("Hello"));
            await expectBusy(server, path, stream);
            finish(client, server);
            server.held.length = 0;
            await until(
              () =>
                server.log.filter((line) => line.includes("req.end")).length >= 2 * server.requests.length,
            );
            client.socket.destroy();
          }
        }
        await server.stop();
      },
    );
  });

  test("row 24: a refusal of any kind takes no place", async () => {
    const server = startHolding({ maxStreams: 1 });
    for (let round = 0; round < 5; round++) {
      expect((await rawAnswer(server.url, postText("/v1/messages", {}))).status).toBe(400);
      expect(
        (await rawAnswer(server.url, postText("/v1/messages", { ...request, mcp_servers: [1] }))).status,
      ).toBe(400);
    }
    const client = rawClient(server.url, ask("/v1/messages", true));
    await until(() => client.text().includes("Hello"));
    client.socket.destroy();
    await server.stop();
  });

  test("row 24: of six hundred, five hundred and twelve are answered and the others refused at once", async () => {
    const server = startHolding({ maxStreams: 512 });
    const sockets: Socket[] = [];
    const clients = Array.from({ length: 600 }, (_, index) => {
      const client = rawClient(server.url, ask(paths[index % 3] ?? "", true));
      sockets.push(client.socket);
      return client;
    });
    const refused = ({ text }: RawClient) => /^HTTP\/1\.1 5(03|29) /.test(text());
    await until(() => clients.every((client) => client.text().length > 0));
    expect(clients.filter(refused)).toHaveLength(88);
    expect(server.requests).toHaveLength(512);
    const start = performance.now();
    await expectBusy(server, "/v1/messages", true);
    expect((await rawAnswer(server.url, requestText("GET /health"))).status).toBe(200);
    expect(performance.now() - start).toBeLessThan(2_000);

    const open = clients.filter((client) => !refused(client));
    server.finishAll();
    await until(() => open.every(({ text }) => /\[DONE\]|message_stop|response\.completed/.test(text())));
    for (const socket of sockets) socket.destroy();
    const next = rawClient(server.url, ask("/v1/messages", true));
    await until(() => next.text().includes("Hello"));
    next.socket.destroy();
    await server.stop();
  });
});
