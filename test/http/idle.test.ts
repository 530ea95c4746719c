import { describe, expect, spyOn, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { atOnceSeconds, betweenAnswersSeconds } from "../../src/http/idle.ts";
import { listen } from "../../src/listen.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { postText, rawClient } from "../support/raw-client.ts";
import { type Answerer, makeServer } from "../support/server.ts";
import { end, say, turnOf } from "../support/turns.ts";

const paths = ["/v1/messages", "/v1/chat/completions", "/v1/responses"];
const endless = () =>
  new ReadableStream(
    { pull: (controller) => controller.enqueue([say("x".repeat(65_536))]) },
    { highWaterMark: 0 },
  );

/** An answer to a client that reads nothing of it, with what the runtime is told of its connection meanwhile. */
async function answered(path: string, stream: boolean, answer: Answerer) {
  const clock = manualClock();
  const { app, log } = makeServer({ clock, answer });
  const listening = listen({
    host: "127.0.0.1",
    port: 0,
    idleSeconds: betweenAnswersSeconds,
    fetch: app.fetch,
  });
  app.server = listening.server;
  const timeout = spyOn(listening.server, "timeout");
  const said = [{ role: "user", content: "Hello" }];
  const body = { model: "m", max_tokens: 1e9, stream, messages: said, input: said, store: false };
  const client = rawClient(listening.url, postText(path, body));
  client.socket.pause();
  await until(() => {
    clock.advance(1_000);
    return log.some((line) => line.includes("req.end"));
  });
  client.socket.destroy();
  await listening.stop();
  return timeout.mock.calls.map(([, seconds]) => seconds);
}

describe.each(paths)("the runtime's limit of a quiet connection, POST %s", (path) => {
  const refuse = () => Promise.reject(new BridgeError("upstream", "No."));

  test.each<[string, boolean, Answerer]>([
    ["a stream", true, () => turnOf([say("a")], [end()])],
    ["a whole answer", false, () => turnOf([say("a")], [end()])],
    ["a refused stream", true, refuse],
    ["a refused whole answer", false, refuse],
  ])("is lifted for %s, and back after it", async (_, stream, answer) => {
    expect(await answered(path, stream, answer)).toEqual([0, betweenAnswersSeconds]);
  });

  test("is as short as possible once a client has read nothing for too long", async () => {
    expect(await answered(path, true, endless)).toEqual([0, atOnceSeconds]);
  });
});
