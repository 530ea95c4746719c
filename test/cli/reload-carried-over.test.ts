import { expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/options.ts";
import { parseJsonObject } from "../../src/json.ts";
import { silentLog } from "../../src/log.ts";
import { createCarriedOver } from "../../src/protocols/carried-over.ts";
import { createServer } from "../../src/server.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { load } from "../support/config.ts";
import { type Answerer, fakeUpstream, missingLogin, model } from "../support/server.ts";
import { counted, end, say, turnOf } from "../support/turns.ts";

/** Applications as one process has them one after the other, each under a configuration of its own. */
function applications(answer?: Answerer) {
  const carriedOver = createCarriedOver();
  let ids = 0;
  return (overrides: Partial<Config> = {}) => {
    const app = createServer({
      config: { ...load().config, ...overrides },
      version: "1.2.3",
      upstream: fakeUpstream(answer).upstream,
      tokens: missingLogin,
      clock: systemClock,
      log: silentLog,
      newId: () => `${++ids}`,
      carriedOver,
    });
    return async (path: string, body: object): Promise<Response> =>
      app.handle(
        new Request(`http://localhost${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", host: "localhost" },
          body: JSON.stringify({ model: model.id, ...body }),
        }),
      );
  };
}

const question = (text: string, stream = false) => ({
  max_tokens: 100,
  stream,
  messages: [{ role: "user", content: text }],
});

const membersOf = async (response: Response) => parseJsonObject(await response.text()) ?? {};

test("answers that are being given count against the new limit, whether it is lower or higher", async () => {
  const held: ReadableStreamDefaultController<readonly TurnEvent[]>[] = [];
  const start = applications(
    () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue([say("Hello")]);
          held.push(controller);
        },
      }),
  );
  const finish = async (answer: Response | undefined) => {
    const controller = held.shift();
    controller?.enqueue([end()]);
    controller?.close();
    await answer?.text();
  };
  const ask = (post: ReturnType<typeof start>) => post("/v1/messages", question("Hi", true));

  const first = start({ maxStreams: 2 });
  const open = [await ask(first), await ask(first)];
  expect((await ask(first)).status).toBe(529);

  const lower = start({ maxStreams: 1 });
  expect((await ask(lower)).status).toBe(529);
  await finish(open[0]);
  expect((await ask(lower)).status).toBe(529);
  await finish(open[1]);
  const next = await ask(lower);
  expect(next.status).toBe(200);

  const higher = start({ maxStreams: 2 });
  expect((await ask(higher)).status).toBe(200);
  expect((await ask(higher)).status).toBe(529);
  await finish(next);
  expect((await ask(higher)).status).toBe(200);
});

test("what the service's counts have taught of a model is not forgotten", async () => {
  const asked = question("seven ".repeat(20_000));
  const usage = { ...counted, inputTokens: 40_000 };
  const start = applications(() => turnOf([say("Hello"), { ...end(), usage }]));
  const countOf = async (post: ReturnType<typeof start>): Promise<number> =>
    Number((await membersOf(await post("/v1/messages/count_tokens", asked)))["input_tokens"]);

  const first = start();
  const untaught = await countOf(first);
  expect((await first("/v1/messages", asked)).status).toBe(200);
  const taught = await countOf(first);
  expect(taught).toBeGreaterThan(untaught);
  expect(await countOf(start())).toBe(taught);
});

test("a response can be gone on from", async () => {
  const start = applications();
  const { id } = await membersOf(await start()("/v1/responses", { input: "Hi" }));
  const after = await start()("/v1/responses", { input: "And?", previous_response_id: id });
  expect(after.status).toBe(200);
});
