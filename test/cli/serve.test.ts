import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runLine, type World } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";
import { quietHost } from "../support/host.ts";
import { manualClock } from "../support/manual-clock.ts";
import { rawAnswer } from "../support/raw-client.ts";

const hour = 3_600_000;

/** A server of the simulator's answers, on a machine with one address besides loopback. */
async function startServer(flags: string, environment: NonNullable<World["environment"]>) {
  const lines: string[] = [];
  const clock = manualClock();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const { promise: printed, resolve: print } = Promise.withResolvers<string>();
  const ended = runLine(`--demo --port 0 ${flags}`, {
    environment,
    clock,
    stopped: () => stopped,
    onOutput: print,
    host: {
      ...quietHost,
      logSink: { write: (line) => void lines.push(line), dropped: () => 0 },
      addresses: () => ["127.0.0.1", "192.168.1.5"],
    },
  });
  const url = /http\S+/.exec(await printed)?.[0] ?? "";
  return {
    url,
    clock,
    lines,
    async [Symbol.asyncDispose]() {
      stop();
      expect(await ended).toMatchObject({ code: 0 });
    },
  };
}

describe("certificates that are not verified", () => {
  const warnings = (lines: readonly string[]) => lines.filter((line) => /certificates/i.test(line)).length;

  test("are warned of at the start and every hour", async () => {
    await using server = await startServer("", { DISABLE_AMAZONQ_SSL_VERIFY: "1" });
    expect(warnings(server.lines)).toBe(1);
    server.clock.advance(hour - 1);
    expect(warnings(server.lines)).toBe(1);
    for (let hours = 1; hours <= 25; hours++) {
      server.clock.advance(hours === 1 ? 1 : hour);
      expect(warnings(server.lines)).toBe(1 + hours);
    }
  });

  test("are not spoken of where they are verified", async () => {
    await using server = await startServer("", {});
    server.clock.advance(3 * hour);
    expect(warnings(server.lines)).toBe(0);
  });
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
    await using server = await startServer("", environment);
    server.clock.advance(3 * hour);
    expect(server.lines.filter((line) => ignored.test(line))).toHaveLength(count);
  });
});

test.each([
  ["the machine's own address", "192.168.1.5", 200],
  ["a name that was listed", "bridge.lan", 200],
  ["loopback", "localhost", 200],
  ["an address that is another machine's", "192.168.1.6", 403],
  ["a name that was not listed", "evil.example", 403],
])("a server that listens everywhere may be called by %s: %s, %i", async (_, host, status) => {
  const key = "sixteen-bytes-00";
  const environment = { AQBRIDGE_API_KEY: key, AQBRIDGE_ALLOWED_HOSTS: "bridge.lan" };
  await using server = await startServer("--host 0.0.0.0", environment);
  const statusWith = async (...headers: string[]) => {
    const lines = [
      "GET /v1/models HTTP/1.1",
      `Host: ${host}:${new URL(server.url).port}`,
      ...headers,
      "",
      "",
    ];
    return (await rawAnswer(server.url, lines.join("\r\n"))).status;
  };
  expect(await statusWith(`X-Api-Key: ${key}`)).toBe(status);
  expect(await statusWith()).toBe(status === 200 ? 401 : 403);
});

describe("the server does not start, and says what to do, with", () => {
  const start = (flags: string) => runLine(`--demo --port 0 ${flags}`);

  test("a folder for dumps that others can look into", async () => {
    const folder = join(temporaryFolder(), "dump");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    expect(await start(`--debug-dump ${folder}`)).toMatchObject({
      code: 2,
      err: `aqbridge: --debug-dump ${folder} cannot be written to: others can look into it; chmod 700 ${folder}.\n`,
    });
  });

  test("a file in the place of that folder", async () => {
    const file = join(temporaryFolder(), "dump");
    writeFileSync(file, "");
    expect(await start(`--debug-dump ${file}`)).toMatchObject({
      code: 2,
      err: `aqbridge: --debug-dump ${file} cannot be written to: EEXIST.\n`,
    });
  });

  test("a folder in the place of the log file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), JSON.stringify({ logging: { file: folder } }));
    expect(await start(`--dir ${folder}`)).toMatchObject({
      code: 2,
      err: `aqbridge: The log file ${folder} (logging.file) cannot be written: EISDIR.\n`,
    });
  });
});
