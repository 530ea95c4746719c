import { afterAll, beforeAll, expect, test } from "bun:test";
import { serve } from "../../src/cli/serve.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { load } from "../support/config.ts";
import { quietHost } from "../support/host.ts";
import { manualClock } from "../support/manual-clock.ts";
import { rawRequest } from "../support/raw-http.ts";

const key = "sixteen-bytes-00";
const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
const { promise: listening, resolve: listen } = Promise.withResolvers<string>();
let port = 0;
let ended: Promise<number>;

/** A server of the simulator's answers on all addresses, of which the machine has one besides loopback. */
beforeAll(async () => {
  const environment = { AQBRIDGE_API_KEY: key, AQBRIDGE_ALLOWED_HOSTS: "bridge.lan" };
  const surroundings = { environment, home: undefined, platform: process.platform };
  const loaded = load({ arguments: { demo: true, host: "0.0.0.0", port: "0" }, ...surroundings });
  ended = serve({
    ...loaded,
    surroundings,
    clock: manualClock(),
    newId: () => crypto.randomUUID(),
    secrets: createSecrets(),
    stdout: listen,
    stderr() {},
    fail: () => 1,
    stopped,
    onReload: undefined,
    reload: () => loaded,
    host: { ...quietHost, addresses: () => ["127.0.0.1", "192.168.1.5"] },
  });
  port = Number(/:(\d+)\n$/.exec(await listening)?.[1]);
});
afterAll(async () => {
  stop();
  expect(await ended).toBe(0);
});

test.each([
  ["the machine's own address", "192.168.1.5", 200],
  ["a name that was listed", "bridge.lan", 200],
  ["loopback", "localhost", 200],
  ["an address that is another machine's", "192.168.1.6", 403],
  ["a name that was not listed", "evil.example", 403],
])("a server that listens everywhere may be called by %s: %s, %i", async (_, host, status) => {
  const statusOf = async (...lines: string[]) =>
    (
      await rawRequest(
        port,
        ["GET /v1/models HTTP/1.1", `Host: ${host}:${port}`, ...lines, "", ""].join("\r\n"),
      )
    ).status;
  expect(await statusOf(`X-Api-Key: ${key}`)).toBe(status);
  expect(await statusOf()).toBe(status === 200 ? 401 : 403);
});
