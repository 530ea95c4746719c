import { expect } from "bun:test";
import type { Socket } from "node:net";
import { turnOfLoop, until } from "../../support/event-loop.ts";
import { rawClient, requestText } from "../../support/raw-client.ts";

/** A server without anything of the bridge, for what the runtime itself takes on this machine at this moment. */
export interface BareServer {
  /** A client whose request has arrived, and waits for its answer. */
  client(): Promise<BareClient>;
  stop(): Promise<void>;
}

export interface BareClient {
  socket: Socket;
  /** When the server heard that the client has left; waits for that. */
  leftAt(): Promise<number>;
  /** Has it answered, and says when the client heard of that. */
  answeredAt(): Promise<number>;
}

interface Held {
  leftAt?: number;
  answer(): void;
}

export function startBareServer(): BareServer {
  let arrived: Held | undefined;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request) {
      const { promise, resolve } = Promise.withResolvers<Response>();
      const held: Held = { answer: () => resolve(new Response("ok")) };
      request.signal.addEventListener("abort", () => {
        held.leftAt = performance.now();
        held.answer();
      });
      arrived = held;
      return promise;
    },
  });

  const nextHeld = async (): Promise<Held> => {
    await until(() => arrived !== undefined);
    const held = arrived ?? { answer() {} };
    arrived = undefined;
    return held;
  };

  return {
    async client() {
      const { socket } = rawClient(server.url.origin, requestText("GET /"));
      const held = await nextHeld();
      return {
        socket,
        async leftAt() {
          await until(() => held.leftAt !== undefined);
          return held.leftAt ?? Number.NaN;
        },
        answeredAt: () =>
          new Promise((resolve) => {
            socket.once("data", () => resolve(performance.now()));
            held.answer();
          }),
      };
    },
    stop: () => server.stop(true),
  };
}

/** Lets whatever has been sent be read; of a whole answer nobody can see that. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await turnOfLoop();
}

export const boundMs = 50;

/** For a test that measures a few times, on a machine that has other things to do. */
export const timeoutMs = 30_000;

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const rounds = 3;
const attempts = 3;

/**
 * By how many milliseconds the bridge is later than a bare server: most times it keeps to the bound, and where other
 * work on the machine held it up, it does so at another attempt.
 */
export async function expectInTime(lateness: () => Promise<number>): Promise<void> {
  let late = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && late > boundMs; attempt++) {
    const measured: number[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await lateness());
    late = median(measured);
  }
  expect(late).toBeLessThanOrEqual(boundMs);
}
