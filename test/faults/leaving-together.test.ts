import { afterAll, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { type RawClient, rawClient } from "../support/raw-client.ts";
import { ending, text } from "../support/script.ts";
import { encodedAll } from "./support/frames.ts";
import { chunk, chunkedHead, lastChunk } from "./support/http.ts";
import { type BareClient, boundMs, median, startBareServer, timeoutMs } from "./support/in-time.ts";
import { leavings } from "./support/leaving.ts";
import type { Behaviour } from "./support/raw-upstream.ts";
import { startRawRig } from "./support/rig.ts";
import { bytesOf, isComplete, type Way, ways } from "./support/ways.ts";

const bare = startBareServer();
const rig = await startRawRig({ retries: false });
afterAll(async () => {
  await rig.stop();
  await bare.stop();
});

/** One of a hundred conversations at once: half of them, in each way of asking, are to end before their time. */
interface Conversation {
  name: string;
  way: Way;
  isToEnd: boolean;
  client: RawClient;
  service: Socket;
  control: BareClient;
}

const hundred = Array.from({ length: 100 }, (_, index) => index);

async function begin(): Promise<Conversation[]> {
  const services = new Map<string, Socket>();
  const answer: Behaviour = (socket, request) => {
    services.set(/client-\d+/.exec(request)?.[0] ?? "", socket);
    socket.write(chunkedHead);
    return undefined;
  };
  rig.upstream.script(...hundred.map(() => answer));
  const started: Omit<Conversation, "service">[] = [];
  for (const index of hundred) {
    const name = `client-${index}`;
    const way = ways[Math.floor(index / 2) % ways.length] ?? { path: "/v1/messages", stream: true };
    const client = rawClient(rig.url, bytesOf(way, { says: name }));
    started.push({ name, way, isToEnd: index % 2 === 0, client, control: await bare.client() });
  }
  await until(() => services.size === hundred.length);
  return started.flatMap((each) => {
    const service = services.get(each.name);
    return service ? { ...each, service } : [];
  });
}

const piecesEach = 10;

/** Says something on every connection that is still there, piece by piece. */
async function goOn(conversations: readonly Conversation[]): Promise<void> {
  for (let piece = 0; piece < piecesEach; piece++) {
    for (const { name, service } of conversations)
      if (!service.destroyed) service.write(chunk(encodedAll(text(`${name}:${piece};`))));
    await turnOfLoop();
  }
}

const complete = ({ service }: Conversation) =>
  service.write(Buffer.concat([chunk(encodedAll(ending("END_TURN"))), Buffer.from(lastChunk)]));

/** What the client was told, in the order in which it came. */
function told({ client }: Conversation): string[] {
  const lines = client.text().split("\n");
  // Said once more when it has been said.
  const said = lines.filter((line) => !/^data: .*"type":"response\.(?!output_text\.delta)/.test(line));
  return said.join("\n").match(/client-\d+:\d+;/g) ?? [];
}

async function expectUntouched(staying: readonly Conversation[]): Promise<void> {
  staying.forEach(complete);
  for (const conversation of staying) {
    const { name, way, client } = conversation;
    const [answer] = await client.answers("POST");
    expect(answer && isComplete(way, answer)).toBe(true);
    expect(told(conversation)).toEqual(Array.from({ length: piecesEach }, (_, piece) => `${name}:${piece};`));
  }
}

/** Ends half of a hundred conversations; by how much later than on a bare server each of them is over. */
type EndHalf = (ending: readonly Conversation[]) => Promise<readonly number[]>;

async function round(endHalf: EndHalf): Promise<readonly number[]> {
  const all = await begin();
  expect(all).toHaveLength(hundred.length);
  const staying = all.filter(({ isToEnd }) => !isToEnd);
  const flowing = goOn(all);
  for (let turn = 0; turn < piecesEach / 2; turn++) await turnOfLoop();
  const late = await endHalf(all.filter(({ isToEnd }) => isToEnd));
  await flowing;
  await expectUntouched(staying);
  for (const { client, service, control } of all)
    for (const socket of [client.socket, service, control.socket]) socket.destroy();
  await rig.expectBase();
  return late;
}

/** Other work on the machine may hold up a round, but not each of them. */
async function expectRounds(endHalf: EndHalf): Promise<void> {
  const late: number[] = [];
  for (let index = 0; index < 3; index++) late.push(median(await round(endHalf)));
  expect(Math.min(...late)).toBeLessThanOrEqual(boundMs);
}

test(
  "row 19: fifty clients that leave together end their requests within 50 ms, and fifty others miss nothing",
  () =>
    expectRounds(async (leaving) => {
      const kinds = Object.values(leavings);
      const closed = leaving.map(({ service }) => timeOf(service, "close"));
      for (const [index, { client, control }] of leaving.entries()) {
        kinds[index % kinds.length]?.(client.socket);
        kinds[index % kinds.length]?.(control.socket);
      }
      const late: number[] = [];
      for (const [index, { control }] of leaving.entries())
        late.push(((await closed[index]) ?? Number.NaN) - (await control.leftAt()));
      return late;
    }),
  timeoutMs,
);

test(
  "row 48: of fifty answers that break off together fifty clients hear within 50 ms, and fifty others miss nothing",
  () =>
    expectRounds(async (broken) => {
      for (const [index, { service }] of broken.entries()) {
        if (index % 2 === 0) service.end();
        else service.resetAndDestroy();
      }
      const answered = broken.map(({ control }) => control.answeredAt());
      const heard = broken.map(({ client }) => lastTimeOf(client.socket, "data"));
      const late: number[] = [];
      for (const [index, { way, client }] of broken.entries()) {
        const [answer] = await client.answers("POST");
        expect(answer && isComplete(way, answer)).toBe(false);
        late.push((heard[index]?.() ?? Number.NaN) - ((await answered[index]) ?? Number.NaN));
      }
      return late;
    }),
  timeoutMs,
);

const timeOf = (socket: Socket, event: "close"): Promise<number> =>
  new Promise((resolve) => {
    socket.once(event, () => resolve(performance.now()));
  });

function lastTimeOf(socket: Socket, event: "data"): () => number {
  let at = Number.NaN;
  socket.on(event, () => {
    at = performance.now();
  });
  return () => at;
}
