import { randomUUID } from "node:crypto";
import { builtInModels } from "../../../src/amazonq/models/models.ts";
import { createAmazonQ } from "../../../src/amazonq/upstream.ts";
import type { AccessToken, TokenSource } from "../../../src/auth/token-source.ts";
import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";
import { createSecrets } from "../../../src/secrets/secrets.ts";
import { createServer } from "../../../src/server.ts";
import { load } from "../../../test/support/config.ts";
import { eventStreamType } from "../answer.ts";

/** Sends a body to a path and takes the whole answer; rejects when it is a failure. */
export type Ask = (path: string, body: Uint8Array<ArrayBuffer>) => Promise<void>;

/** The whole server without sockets: the framework, all protocols, and the upstream's code over bytes that lie ready. */
export function inProcessBridge(answer: readonly Uint8Array[]): Ask {
  const config = { ...load().config, maxBodyBytes: 64 * 2 ** 20 };
  const { learn, mask } = createSecrets();
  learn("bench", [token.value]);
  const common = {
    clock: systemClock,
    log: createLog({ level: "silent", maxLength: 100, mask, write() {}, now: Date.now }),
    mask,
    newId: () => randomUUID().replaceAll("-", ""),
    tokens,
  };
  const upstream = createAmazonQ({
    ...common,
    ...config,
    fetch: async () => new Response(streamOf(answer), { headers: { "content-type": eventStreamType } }),
    userAgent: "bench",
    endpoint: () => "http://127.0.0.1:9",
    optsOutOfSharing: async () => true,
    profileArn: undefined,
    modelList: { current: () => models, refresh: async () => {} },
    patience: { firstEventMs: 60_000, idleMs: 60_000 },
    maxEventBytes: config.bufferMaxSize,
    pieceBytes: config.streamChunkSize,
  });
  const app = createServer({ ...common, config, version: "0.0.0", upstream });

  return async (path, body) => {
    const response = await app.handle(
      new Request(`http://localhost${path}`, {
        method: "POST",
        headers: { host: "localhost", ...jsonHeaders(body) },
        body,
      }),
    );
    if (response.status !== 200)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    for await (const _ of response.body ?? []);
  };
}

/** What the runtime itself would say of a body that it has received. */
export const jsonHeaders = (body: Uint8Array) => ({
  "content-type": "application/json",
  "content-length": String(body.length),
});

/** As the bytes of an answer come: piece by piece, as they are taken. */
export function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = pieces.values();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = left.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

const token: AccessToken = { value: "a-token-of-the-bench", expiresAt: null, profileArn: undefined };
const tokens: TokenSource = {
  get: async () => token,
  renew: async () => token,
  refresh: async () => token,
  set: async () => {},
  status: () => Promise.reject(new Error("nobody asks")),
};

/** No context window is too small for the largest request. */
const models = builtInModels.map((model) => ({ ...model, contextWindow: 100_000_000 }));
