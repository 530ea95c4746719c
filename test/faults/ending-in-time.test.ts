import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { until } from "../support/event-loop.ts";
import { type RawClient, rawClient } from "../support/raw-client.ts";
import { ending, exception, openTool, text } from "../support/script.ts";
import { encodedAll } from "./support/frames.ts";
import { chunk, chunkedHead, head, lastChunk, stall } from "./support/http.ts";
import { expectInTime, settle, startBareServer, timeoutMs } from "./support/in-time.ts";
import type { Behaviour } from "./support/raw-upstream.ts";
import { startRawRig } from "./support/rig.ts";
import { hold, searchCall, searchResult } from "./support/said.ts";
import { bytesOf, isComplete, type Way, ways } from "./support/ways.ts";

const bare = startBareServer();
const rig = await startRawRig({ retries: false });
afterAll(async () => {
  await rig.stop();
  await bare.stop();
});
afterEach(rig.expectBase);

interface Place {
  /** What the service has said before, in answer to so many requests. */
  behaviours: readonly Behaviour[];
  isReached?: (client: RawClient, way: Way) => boolean;
  isSearched?: boolean;
}

const hasSaid = (words: string) => (client: RawClient, way: Way) =>
  !way.stream || client.text().includes(words);
const saying = (...messages: Parameters<typeof encodedAll>[0]) =>
  stall(chunkedHead, chunk(encodedAll(messages)));
const burst = Array.from({ length: 50 }, () => text("x".repeat(10_000))).flat();

const unanswered: Place = { behaviours: [hold] };
const begun: Readonly<Record<string, Place>> = {
  "while the status line is held": { behaviours: [stall(chunkedHead)] },
  "between two events": { behaviours: [saying(...text("Hello"))], isReached: hasSaid("Hello") },
  "inside a tool call": {
    behaviours: [saying(...text("Hello"), ...openTool("tooluse_a", "read", '{"pa'))],
    isReached: hasSaid("Hello"),
  },
  "in the middle of a burst": { behaviours: [saying(...burst)], isReached: hasSaid("xxx") },
  "after the web was searched": {
    behaviours: [searchCall, searchResult, saying(...text("Hello"))],
    isReached: hasSaid("Hello"),
    isSearched: true,
  },
};

type End = (service: Socket) => unknown;

const breaks: Readonly<Record<string, End>> = {
  "row 48: a service that closes its connection": (service) => service.end(),
  "row 48: a service that resets its connection": (service) => service.resetAndDestroy(),
};
const hello = encodedAll(text("Hello"));
const damaged = Buffer.from(hello).fill(0, hello.length - 4);
const failures: Readonly<Record<string, End>> = {
  ...breaks,
  "row 50: a service that sends what is no HTTP": (service) => service.write("no chunk\r\n"),
  "row 51: a service that sends a damaged message": (service) => service.write(chunk(damaged)),
  "row 56: a service that sends an exception": (service) =>
    service.write(chunk(encodedAll([exception("ThrottlingException", "Too many requests.")]))),
};
const refusal = `${head("400 Bad Request", "content-type: application/json", "content-length: 2")}{}`;
const refusals: Readonly<Record<string, End>> = {
  ...breaks,
  "row 25: a service that refuses": (service) => service.write(refusal),
  "row 36: a service that sends something else": (service) =>
    service.write(head("200 OK", "content-type: text/html", "content-length: 1000")),
};
const completion: End = (service) => {
  service.write(chunk(encodedAll(ending("END_TURN"))));
  service.write(lastChunk);
};

/** By how many milliseconds each client hears later of an end than one of a bare server does of an answer at the same moment. */
async function latenessOf(end: End, place: Place, way: Way, isWhole: boolean): Promise<number> {
  const { behaviours, isReached = () => true, isSearched = false } = place;
  let service: Socket | undefined;
  const last: Behaviour = (socket, request) => {
    service = socket;
    return behaviours.at(-1)?.(socket, request);
  };
  rig.upstream.script(...behaviours.slice(0, -1), last);
  const client = rawClient(rig.url, bytesOf(way, { isSearched }));
  const control = await bare.client();
  await until(() => service !== undefined);
  await until(() => isReached(client, way));
  await settle();

  if (service) end(service);
  const controlled = control.answeredAt();
  const [answer] = await client.answers("POST");
  const at = performance.now();
  expect(answer && isComplete(way, answer)).toBe(isWhole);
  const late = at - (await controlled);
  for (const socket of [client.socket, control.socket, service]) socket?.destroy();
  await until(() => rig.upstream.open() === 0);
  return late;
}

async function expectHeard(end: End, place: Place, isWhole: boolean) {
  for (const way of ways) await expectInTime(() => latenessOf(end, place, way, isWhole));
}

describe.each(Object.entries(failures))("%s", (_, end) => {
  test.each(Object.entries(begun))(
    "%s is heard of by its client within 50 ms",
    (_place, place) => expectHeard(end, place, false),
    timeoutMs,
  );
});

describe.each(Object.entries(refusals))("%s", (_, end) => {
  test(
    "before it answers is heard of by its client within 50 ms",
    () => expectHeard(end, unanswered, false),
    timeoutMs,
  );
});

/** There is nothing to complete where nothing was said, or a call is open. */
const { "while the status line is held": _empty, "inside a tool call": _open, ...completable } = begun;
describe("a service that ends its answer", () => {
  test.each(Object.entries(completable))(
    "row 57: %s is heard of by its client within 50 ms",
    (_place, place) => expectHeard(completion, place, true),
    timeoutMs,
  );
});
