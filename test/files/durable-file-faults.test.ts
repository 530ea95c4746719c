import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Login } from "../../src/auth/login.ts";
import { createOwnLogin } from "../../src/auth/stores/own-login.ts";
import { parseJsonObject } from "../../src/json.ts";
import { silentLog } from "../../src/log.ts";
import { manualClock } from "../auth/manual-clock.ts";
import { bareLogin, ownLogin } from "../auth/rig.ts";
import { cases, timeFor } from "../support/cases.ts";
import { temporaryFolder } from "../support/folder.ts";
import { failingFiles, faults, type Plan } from "./failing-files.ts";

const origin = { source: "Amazon Q CLI" as const, grantIds: ["0".repeat(64)] };
const own = JSON.stringify(ownLogin);
const nonsense = '{"client_id": "half';
const refreshedBefore = JSON.stringify({
  ...ownLogin,
  refreshed_from: { source: origin.source, grants: origin.grantIds },
});

const rotated = (refreshedFrom: Login["refreshedFrom"]): Login => ({
  ...bareLogin,
  expiresAt: new Date("2100-01-01T00:00:00Z"),
  grant: { clientId: "client", clientSecret: "secret", refreshToken: "aor-new", region: "us-east-1" },
  refreshedFrom,
});
const isNew = (text: string | undefined) => parseJsonObject(text ?? "")?.["refresh_token"] === "aor-new";

const fileName = "amazonq_credentials.json";
const leftovers = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

/** The own file, which is all there and the owner's alone, as is what was there before it unless that is of no use. */
function wholeFile(folder: string, old: string | undefined, isKept: boolean): string | undefined {
  const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  for (const name of texts.keys()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const found = texts.get(fileName);
  if (!isNew(found)) expect([old, undefined]).toContain(found);
  if (old !== undefined && (isKept || !isNew(found))) expect([...texts.values()]).toContain(old);
  return found;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  fault: fc.constantFrom(...faults),
  at: fc.nat(24),
  isDone: fc.boolean(),
  bytesPerWrite: fc.constantFrom(40, 200, 4_096),
  hasLinks: fc.boolean(),
});
const olds = fc.constantFrom(undefined, nonsense, own, refreshedBefore);

test(
  "property 9: whatever fails at whichever call, no login is lost or torn, nor seen by others",
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, fileName);
    let failures = 0;

    const property = fc.asyncProperty(plans, olds, fc.boolean(), async (plan, old, isOfCli) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      if (old !== undefined) writeFileSync(path, old, { mode: 0o600 });
      const clock = manualClock();
      const options = { path, clock, log: silentLog };
      const { files, hasFailed } = failingFiles(plan);
      const login = createOwnLogin({ ...options, files });

      await login.keep(rotated(isOfCli ? origin : undefined));
      if (hasFailed()) failures++;
      const found = wholeFile(folder, old, old === nonsense || (old === own && isOfCli));
      expect(leftovers(folder).length).toBeLessThanOrEqual(plan.fault === "death" ? 1 : 0);

      clock.advance(600_000);
      if (plan.fault === "death") {
        const next = createOwnLogin(options);
        await next.sweep();
        const isLogin = found !== undefined && found !== nonsense;
        expect((await next.read()).state === "login").toBe(isLogin);
      } else {
        expect(await login.read()).toMatchObject({ login: { grant: { refreshToken: "aor-new" } } });
        await login.retry();
        expect(isNew(readFileSync(path, "utf8"))).toBe(true);
      }
      expect(leftovers(folder)).toEqual([]);
    });
    await fc.assert(property, cases);
    expect(failures).toBeGreaterThan(300);
  },
  timeFor(),
);
