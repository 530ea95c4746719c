import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAsCli, tokenKey } from "../support/cli-database.ts";
import { until } from "../support/event-loop.ts";
import { refusal, tokens } from "../support/oidc.ts";
import { makeRig, type Rig } from "./rig.ts";
import { randomFrom } from "./world.ts";

const isThorough = process.env["AQBRIDGE_FAULTS"] === "all";
const kills = isThorough ? 600 : 60;
const seed = isThorough ? Date.now() : 42;
/** At once, each with bridges that are killed one after the other; what they wait for is mostly the disk. */
const logins = 4;
/** Longer than any bridge lives, by its own clock. */
const monthMs = 30 * 24 * 3_600_000;

/** When to kill a bridge: so many milliseconds after it has given out so many tokens. */
interface Fate {
  given: number;
  ms: number;
}

/** Numbers of the last renewals that the login service has granted, and that the bridge has given out; 0 for none. */
interface Life {
  granted: number;
  given: number;
}

/** Runs a bridge that renews its login without end until it is killed. */
async function live(rig: Rig, firstNumber: number, { given, ms }: Fate): Promise<Life> {
  const script = join(import.meta.dir, "restless-bridge.ts");
  const output = join(rig.folder, `output-${firstNumber}`);
  const numbers = [rig.clock.now(), firstNumber].map(String);
  const bridge = Bun.spawn([process.execPath, script, rig.ownFile, rig.cli.path, "", ...numbers], {
    // No pipe: of several at once the runtime stops reading some (measured with Bun 1.4.5).
    stdout: Bun.file(output),
    stderr: "inherit",
  });
  const said = () => (existsSync(output) ? readFileSync(output, "utf8") : "");
  const numbersOf = (word: string) =>
    [...said().matchAll(new RegExp(`^${word} (\\d+)$`, "gm"))].map(([, number]) => Number(number));
  await until(() => said().includes("ready") && numbersOf("given").length >= given);
  await Bun.sleep(ms);
  bridge.kill("SIGKILL");
  await bridge.exited;
  expect(bridge.signalCode).toBe("SIGKILL");
  return { granted: numbersOf("granted").at(-1) ?? 0, given: numbersOf("given").at(-1) ?? 0 };
}

/** A login service that honours one refresh token only, the newest. */
interface LoginService {
  newest: string;
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
}

function loginService(): LoginService {
  let granted = 0;
  const service: LoginService = {
    newest: "aor-cli-refresh",
    async fetch(_url, init) {
      if (JSON.parse(String(init?.body)).refreshToken !== service.newest) return refusal("invalid_grant");
      granted++;
      service.newest = `aor-rotated-${granted}`;
      return tokens({ accessToken: `aoa-refreshed-${granted}`, refreshToken: service.newest });
    },
  };
  return service;
}

/** Of the renewal that a token came from. */
const numberOf = (token: unknown): number =>
  Number(/^ao[ar]-(?:refreshed|rotated)-(\d+)$/.exec(String(token))?.[1] ?? 0);

const filesOf = ({ ownFile }: Rig) => {
  const folder = dirname(ownFile);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};
const leftovers = (rig: Rig) => filesOf(rig).filter((path) => path.endsWith(".tmp"));
const modeOf = (path: string) => statSync(path).mode & 0o777;

/** The refresh token in the file, which is whole: a renewal's, with all that belongs to it. */
function stored({ ownFile }: Rig): string {
  if (!existsSync(ownFile)) return "";
  const login = JSON.parse(readFileSync(ownFile, "utf8"));
  expect(login).toMatchObject({ client_id: "cli-client", client_secret: "cli-secret" });
  expect(numberOf(login.access_token)).toBeGreaterThan(0);
  expect(numberOf(login.refresh_token)).toBe(numberOf(login.access_token));
  expect(modeOf(ownFile)).toBe(0o600);
  return login.refresh_token;
}

interface Death {
  isLost: boolean;
  leftovers: number;
}

/** One bridge's life and death, and what the next one makes of what it has left. */
async function die(rig: Rig, service: LoginService, firstNumber: number, fate: Fate): Promise<Death> {
  const before = numberOf(stored(rig));
  const { granted, given } = await live(rig, firstNumber, fate);
  if (granted > 0) service.newest = `aor-rotated-${granted}`;

  const left = stored(rig);
  expect(numberOf(left)).toBeGreaterThanOrEqual(Math.max(before, given));
  const { refresh_token: ofCli } = readAsCli(rig.cli.auth(tokenKey));
  const abandoned = leftovers(rig);
  expect(abandoned.length).toBeLessThanOrEqual(1);
  for (const path of abandoned) expect(modeOf(path)).toBe(0o600);
  expect(filesOf(rig).filter((path) => path.includes(".corrupt-"))).toEqual([]);

  rig.clock.advance(monthMs);
  const next = rig.restart({ oidc: { ...rig.oidc.service, fetch: service.fetch } });
  // The one window that nobody can close: the service has rotated and nothing is on the disk.
  const isLost = left !== service.newest && ofCli !== service.newest;
  if (isLost) await expect(next.get()).rejects.toMatchObject({ kind: "login" });
  else expect(numberOf((await next.get()).value)).toBe(numberOf(service.newest));
  await rig.clock.runUntil(next.settled());
  await until(() => leftovers(rig).length === 0);
  expect(rig.logged()).not.toContain("login.lock-ignored");
  rig.clock.advance(monthMs);
  return { isLost, leftovers: abandoned.length };
}

async function deathsOfOne(fates: readonly Fate[]): Promise<Death[]> {
  await using rig = makeRig();
  const service = loginService();
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  const deaths: Death[] = [];
  for (const [index, fate] of fates.entries()) {
    const death = await die(rig, service, (index + 1) * 1_000, fate);
    deaths.push(death);
    if (!death.isLost) continue;
    // As a person does it after a refusal.
    service.newest = `aor-again-${index}`;
    rig.cli.login({ refresh_token: service.newest, expires_at: rig.fromNow(-1) });
  }
  return deaths;
}

test(
  `property 9: whenever a bridge is killed while it renews its login, the login is whole, by ${kills} kills of seed ${seed}`,
  async () => {
    const random = randomFrom(seed);
    const fates = () =>
      Array.from({ length: kills / logins }, (_, index) => ({ given: index % 4, ms: random() * 10 }));
    const deaths = await Promise.all(Array.from({ length: logins }, () => deathsOfOne(fates())));
    // Else they were killed where there is nothing to break.
    expect(deaths.flat().some(({ leftovers }) => leftovers > 0)).toBe(true);
  },
  kills * 1_000,
);
