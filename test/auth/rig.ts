import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Login } from "../../src/auth/login.ts";
import { type OpenOptions, type OpenTokenSource, openTokenSource } from "../../src/auth/open-token-source.ts";
import { createLog } from "../../src/log.ts";
import { type CliDatabase, makeCliDatabase } from "../support/cli-database.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type OidcServer, startOidc } from "../support/oidc.ts";
import { taint, watch } from "../support/taint.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";

/** A token source between real stores in a folder of its own and a real login service. */
export interface Rig {
  source: OpenTokenSource;
  folder: string;
  clock: ManualClock;
  oidc: OidcServer;
  cli: CliDatabase;
  ownFile: string;
  writeOwn(members: unknown): void;
  readOwn(): Record<string, unknown>;
  /** Everything logged so far, at every level. */
  logged(): string;
  /** ISO text of an instant this far from now. */
  fromNow(seconds: number): string;
  /** As after a restart: same stores, empty memory. */
  restart(changes?: Partial<OpenOptions>): OpenTokenSource;
  [Symbol.asyncDispose](): Promise<void>;
}

export function makeRig(changes: Partial<OpenOptions> = {}): Rig {
  const folder = temporaryFolder();
  const clock = manualClock();
  const oidc = startOidc("aor-cli-refresh", "aor-own-refresh");
  const cli = makeCliDatabase(join(folder, "amazon-q", "data.sqlite3"));
  const ownFile = join(folder, "state", "amazonq_credentials.json");
  const lines: string[] = [];
  const write = (line: string) => void lines.push(watch("the log", line));
  const log = createLog({ level: "debug", maxLength: 2_000, write, now: clock.now });
  const base = {
    ownFile,
    cliDatabase: cli.path,
    writesBack: true,
    oidc: oidc.service,
    clock,
    log,
    marginSeconds: 300,
    random: () => 0,
  };
  const sources: OpenTokenSource[] = [];
  const restart = (more: Partial<OpenOptions> = {}) => {
    const source = openTokenSource({ ...base, ...changes, ...more });
    sources.push(source);
    return source;
  };

  return {
    source: restart(),
    folder,
    clock,
    oidc,
    cli,
    ownFile,
    writeOwn: (members) => {
      mkdirSync(dirname(ownFile), { recursive: true });
      writeFileSync(ownFile, typeof members === "string" ? members : JSON.stringify(members), {
        mode: 0o600,
      });
    },
    readOwn: () => JSON.parse(readFileSync(ownFile, "utf8")),
    logged: () => lines.join(""),
    fromNow: (seconds) => new Date(clock.now() + seconds * 1000).toISOString(),
    restart,
    async [Symbol.asyncDispose]() {
      // A refresh may go on behind an answer, and would write after the end.
      for (const source of sources) await clock.runUntil(source.settled());
      cli.close();
      await oidc.stop();
    },
  };
}

/** A rig whose CLI has a token with so many seconds left. */
export function rigWithCliToken(secondsLeft: number): Rig {
  const rig = makeRig();
  rig.cli.login({ expires_at: rig.fromNow(secondsLeft) });
  return rig;
}

/** A login as a store gives it, of which nothing is known but its living token. */
export const bareLogin = {
  source: "own file",
  kind: undefined,
  accessToken: "aoa",
  expiresAt: null,
  grant: undefined,
  region: "us-east-1",
  profileArn: undefined,
} as const satisfies Login;

/** The bridge's own login as its file holds it. */
export const ownLogin = {
  client_id: "own-client",
  client_secret: taint("own-secret"),
  refresh_token: taint("aor-own-refresh"),
};
