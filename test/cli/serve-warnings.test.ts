import { describe, expect, test } from "bun:test";
import { serve } from "../../src/cli/serve.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { load } from "../support/config.ts";
import { quietHost } from "../support/host.ts";
import { manualClock } from "../support/manual-clock.ts";

const hour = 3_600_000;

/** A server of the simulator's answers, started with these variables, and the warnings in its log. */
async function startServer(environment: Record<string, string>) {
  const lines: string[] = [];
  const clock = manualClock();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const { promise: listening, resolve: listen } = Promise.withResolvers<void>();
  const surroundings = { environment, home: undefined, platform: process.platform };
  const loaded = load({ arguments: { demo: true, port: "0" }, ...surroundings });
  const ended = serve({
    ...loaded,
    surroundings,
    clock,
    newId: () => crypto.randomUUID(),
    secrets: createSecrets(),
    stdout: () => listen(),
    stderr() {},
    fail: () => 1,
    stopped,
    onReload: undefined,
    reload: () => loaded,
    host: { ...quietHost, logSink: { write: (line) => void lines.push(line), dropped: () => 0 } },
  });
  await listening;
  return {
    clock,
    lines,
    warnings: () => lines.filter((line) => /certificates/i.test(line)).length,
    async stop() {
      stop();
      expect(await ended).toBe(0);
    },
  };
}

test("a server that verifies no certificates says so at its start and every hour", async () => {
  const server = await startServer({ DISABLE_AMAZONQ_SSL_VERIFY: "1" });
  expect(server.warnings()).toBe(1);
  server.clock.advance(hour - 1);
  expect(server.warnings()).toBe(1);
  for (let hours = 1; hours <= 25; hours++) {
    server.clock.advance(hours === 1 ? 1 : hour);
    expect(server.warnings()).toBe(1 + hours);
  }
  await server.stop();
});

test("one that verifies them says nothing of it", async () => {
  const server = await startServer({});
  server.clock.advance(3 * hour);
  expect(server.warnings()).toBe(0);
  await server.stop();
});

describe("NODE_TLS_REJECT_UNAUTHORIZED", () => {
  const ignored =
    /"level":"warn","event":"sec\.tls_env","warning":"NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: /;

  test.each<[string, Record<string, string>, number]>([
    ["0 is said to be ignored, once", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, 1],
    ["1 is nothing to speak of", { NODE_TLS_REJECT_UNAUTHORIZED: "1" }, 0],
    [
      "0 changes nothing where nothing is verified",
      { NODE_TLS_REJECT_UNAUTHORIZED: "0", DISABLE_AMAZONQ_SSL_VERIFY: "1" },
      0,
    ],
  ])("of %s", async (_, environment, count) => {
    const server = await startServer(environment);
    server.clock.advance(3 * hour);
    expect(server.lines.filter((line) => ignored.test(line))).toHaveLength(count);
    await server.stop();
  });
});
