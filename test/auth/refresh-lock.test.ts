import { expect, test } from "bun:test";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { whileLocked } from "../../src/auth/refresh-lock.ts";
import { systemClock } from "../../src/clock.ts";
import { createLog, silentLog } from "../../src/log.ts";
import { readAsCli, tokenKey } from "../support/cli-database.ts";
import { temporaryFolder } from "../support/folder.ts";
import { tokens } from "../support/oidc.ts";
import { manualClock } from "./manual-clock.ts";
import { makeRig, type Rig, rigWithCliToken } from "./rig.ts";

test("row 86: what holds the lock for ever is passed by in the end, with a warning", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "lock");
  const clock = manualClock();
  const lines: string[] = [];
  const log = createLog({ level: "warn", maxLength: 200, write: (line) => lines.push(line), now: clock.now });
  const lock = { path, patienceMs: 30_000, clock, log };
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const { promise: end, resolve: release } = Promise.withResolvers<void>();
  const holder = whileLocked(lock, () => {
    take();
    return end;
  });
  await taken;
  const startedAt = clock.now();
  await clock.runUntil(whileLocked(lock, async () => {}));
  expect(clock.now() - startedAt).toBe(30_000);
  expect(lines.join()).toContain("login.lock-ignored");
  release();
  await holder;
});

test("where no lock can be made the work is done without", async () => {
  const lock = { path: "/proc/nowhere/lock", patienceMs: 1, clock: systemClock, log: silentLog };
  expect(await whileLocked(lock, async () => "done")).toBe("done");
});

test.each([undefined, 0o644])("a lock is its owner's alone, though it was %p before", async (mode) => {
  const path = join(temporaryFolder(), "lock");
  if (mode !== undefined) {
    writeFileSync(path, "");
    chmodSync(path, mode);
  }
  const lock = { path, patienceMs: 1, clock: systemClock, log: silentLog };
  await whileLocked(lock, async () => expect(statSync(path).mode & 0o777).toBe(0o600));
});

test("a lock file that cannot be one holds nobody up", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "lock");
  writeFileSync(path, "garbage ".repeat(1_000));
  const lock = { path, patienceMs: 1_000_000, clock: manualClock(), log: silentLog };
  expect(await whileLocked(lock, async () => "done")).toBe("done");
});

test("row 86: two bridges that meet an expired token together make one call", async () => {
  await using rig = makeRig({ clock: systemClock });
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  rig.oidc.answerNext(async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    return tokens({ accessToken: "aoa-shared", refreshToken: "aor-next" });
  });
  const both = await Promise.all([rig.source.get(), rig.restart().get()]);
  expect(both.map(({ value }) => value)).toEqual(["aoa-shared", "aoa-shared"]);
  expect(rig.oidc.calls).toHaveLength(1);
});

test("row 86: several bridges that share a file make one call, and a killed one holds nobody up", async () => {
  await using rig = rigWithCliToken(-1);
  const { oidc } = rig;
  const bridge = () => startBridge("other-bridge.ts", rig);

  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  oidc.answerNext(
    () => {
      call();
      return new Promise(() => {});
    },
    async () => tokens({ accessToken: "aoa-shared", refreshToken: "aor-next" }),
  );
  const killed = bridge();
  await called;
  const others = [bridge(), bridge(), bridge()];
  killed.kill("SIGKILL");
  const answers = await Promise.all(others.map(({ stdout }) => new Response(stdout).text()));
  expect(answers).toEqual(["aoa-shared", "aoa-shared", "aoa-shared"]);
  expect(oidc.calls).toHaveLength(2);
  expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-next" });
});

test("row 86: four bridges that meet fifty expiries together make fifty calls", async () => {
  await using rig = rigWithCliToken(-1);
  const bridges = Array.from({ length: 4 }, () => {
    const bridge = startBridge("stepping-bridge.ts", rig);
    return { bridge, lines: linesOf(bridge.stdout) };
  });
  const answers = () => Promise.all(bridges.map(async ({ lines }) => (await lines.next()).value));
  expect(await answers()).toEqual(Array(4).fill("ready"));
  for (let expiry = 1; expiry <= 50; expiry++) {
    for (const { bridge } of bridges) {
      bridge.stdin.write("\n");
      bridge.stdin.flush();
    }
    expect(await answers()).toEqual(Array(4).fill(`aoa-refreshed-${expiry}`));
  }
  expect(rig.oidc.calls).toHaveLength(50);
  expect(readAsCli(rig.cli.auth(tokenKey)).refresh_token).toBe("aor-rotated-50");
  for (const { bridge } of bridges) bridge.kill();
  await Promise.all(bridges.map(({ bridge }) => bridge.exited));
}, 20_000);

/** A process with a bridge of its own, which shares the rig's files and its login service. */
const startBridge = (script: string, { ownFile, cli, oidc }: Rig) =>
  Bun.spawn(
    [process.execPath, join(import.meta.dir, script), ownFile, cli.path, oidc.service.endpoint("us-east-1")],
    { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  );

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
