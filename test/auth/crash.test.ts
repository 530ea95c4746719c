import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAsCli, tokenKey } from "../support/cli-database.ts";
import { makeRig, type Rig, rigWithCliToken } from "./rig.ts";

/** `lost` are the points of the one window that nobody can close: the service has rotated and nothing is on disk. */
const points = [
  { point: "before the call", own: "old" },
  { point: "after the call", own: "old", lost: true },
  { point: "after opening the file", own: "old", lost: true },
  { point: "after half a write", own: "old", lost: true },
  { point: "before syncing the file", own: "old", lost: true },
  { point: "after syncing the file", own: "old", lost: true },
  { point: "after link", own: "old", lost: true },
  { point: "before rename", own: "old", lost: true },
  { point: "after rename", own: "new" },
  { point: "after opening the folder", own: "new" },
  { point: "after syncing the folder", own: "new" },
  { point: "inside the write-back", own: "new" },
  { point: "after the write-back", own: "new" },
  { point: "before the answer", own: "new" },
] as const;

const leftovers = (rig: Rig) => {
  const folder = dirname(rig.ownFile);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".tmp")) : [];
};

/** They all begin at once. */
const inTimeForAll = 30_000;

/** Runs a bridge that refreshes and dies at the point. */
async function crash(rig: Rig, point: string): Promise<void> {
  const script = join(import.meta.dir, "crashing-bridge.ts");
  const endpoint = rig.oidc.service.endpoint("us-east-1");
  const bridge = Bun.spawn([process.execPath, script, rig.ownFile, rig.cli.path, endpoint, point], {
    stdout: "inherit",
    stderr: "inherit",
  });
  await bridge.exited;
  expect(bridge.signalCode).toBe("SIGKILL");
}

describe("property 9, row 76: after a kill -9", () => {
  test.concurrent.each(points.filter(({ point }) => point !== "after link"))(
    "$point: the CLI's login",
    async ({ point, own, ...given }) => {
      await using rig = rigWithCliToken(-1);
      await crash(rig, point);
      expect(leftovers(rig).length).toBeLessThanOrEqual(1);
      for (const name of leftovers(rig))
        expect(statSync(join(dirname(rig.ownFile), name)).mode & 0o777).toBe(0o600);
      if (own === "new") expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-rotated-1" });
      else expect(existsSync(rig.ownFile)).toBe(false);

      rig.clock.advance(600_000);
      const next = rig.restart();
      if ("lost" in given) await expect(next.get()).rejects.toMatchObject({ kind: "login" });
      else expect((await next.get()).value).toBe("aoa-refreshed-1");
      while (leftovers(rig).length > 0) await new Promise(setImmediate);
      if (own === "old" && "lost" in given) return;
      expect(statSync(rig.ownFile).mode & 0o777).toBe(0o600);
      while (readAsCli(rig.cli.auth(tokenKey)).refresh_token !== "aor-rotated-1")
        await new Promise(setImmediate);
    },
    inTimeForAll,
  );

  test.concurrent.each(points)(
    "$point: a file that made no sense, or the new login in its place and a copy of the other",
    async ({ point, own }) => {
      await using rig = makeRig();
      const nonsense = '{"client_id": 7, "mine": true}';
      rig.writeOwn(nonsense);
      rig.cli.login({ expires_at: rig.fromNow(-1) });
      await crash(rig, point);
      const folder = dirname(rig.ownFile);
      if (own === "old") expect(await Bun.file(rig.ownFile).text()).toBe(nonsense);
      else expect(rig.readOwn()).toMatchObject({ mine: true, refresh_token: "aor-rotated-1" });
      expect(statSync(rig.ownFile).mode & 0o777).toBe(0o600);
      expect(leftovers(rig).length).toBeLessThanOrEqual(1);
      const copies = readdirSync(folder).filter((name) => name.includes(".corrupt-"));
      if (own === "new") expect(copies).toHaveLength(1);
      for (const copy of copies) expect(await Bun.file(join(folder, copy)).text()).toBe(nonsense);
    },
    inTimeForAll,
  );
});
