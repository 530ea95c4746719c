import { afterEach, expect, test } from "bun:test";
import { lingering } from "../../src/http/lingering.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { type RawClient, rawClient, requestText } from "../support/raw-client.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A client whose request was answered at its head, with this much of its body announced. */
async function answered(announced: string): Promise<{ client: RawClient; clock: ManualClock }> {
  const clock = manualClock();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => lingering(Response.json("no", { status: 413 }), request, clock),
  });
  stops.push(() => server.stop(true));
  const client = rawClient(server.url.origin, requestText("POST /", [announced]));
  await until(() => client.text().includes('"no"'));
  return { client, clock };
}

const length = "Content-Length: 1000000";
const chunks = "Transfer-Encoding: chunked";

test.each([length, chunks])(
  "row 5: a connection lasts a second behind the last byte: %s",
  async (announced) => {
    const { client, clock } = await answered(announced);
    await pass(clock, 500);
    await pass(clock, 499);
    client.socket.write("1\r\n \r\n");
    await turnsUntilTaken(client);
    await pass(clock, 500);
    await pass(clock, 499);
    expect(client.isClosed()).toBe(false);
    await pass(clock, 1);
    await until(() => client.isClosed());
    expect(clock.waiting()).toBe(0);
  },
);

test("row 5: a body without end is taken for ten seconds", async () => {
  const { client, clock } = await answered(length);
  const start = clock.now();
  while (!client.isClosed() && clock.now() - start < 60_000) {
    client.socket.write(" ");
    await turnsUntilTaken(client);
    clock.advance(400);
  }
  expect(clock.now() - start).toBeWithin(10_000, 11_000);
});

test("row 5: a connection ends at once behind a body that is whole", async () => {
  const { client } = await answered("Content-Length: 4");
  client.socket.write("body");
  await until(() => client.isClosed());
  expect((await client.answers("POST")).map(({ status }) => status)).toEqual([413]);
});

test("row 5: a client that leaves is not waited for", async () => {
  const { client, clock } = await answered(length);
  await until(() => clock.waiting() === 1);
  client.socket.destroy();
  await until(() => clock.waiting() === 0);
});

/** Once the server waits. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  await until(() => clock.waiting() === 1);
  clock.advance(ms);
  await turnOfLoop();
}

/** Until the server has had its turn with what was written. */
async function turnsUntilTaken({ socket }: RawClient): Promise<void> {
  await until(() => socket.writableLength === 0);
  for (let turn = 0; turn < 200; turn++) await turnOfLoop();
}
