import type { Clock, SteadyTime } from "../clock.ts";
import type { FileSystem } from "../files/durable-file.ts";
import type { Log } from "../log.ts";
import { createTokenSource } from "./create-token-source.ts";
import type { Learn } from "./learned.ts";
import type { ProfileService } from "./oidc/list-profiles.ts";
import type { OidcService } from "./oidc/oidc-request.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { whileLocked } from "./refresh-lock.ts";
import { createRefusedGrants } from "./refused-grants.ts";
import { createLoginStores, type LoginPlaces } from "./stores/login-stores.ts";
import { createMemoryLogin } from "./stores/memory-login.ts";
import { createOwnLogin } from "./stores/own-login.ts";
import type { TokenSource } from "./token-source.ts";

export interface OpenOptions extends LoginPlaces {
  /** Path of `amazonq_credentials.json`; undefined to keep a refreshed login in memory only. */
  ownFile: string | undefined;
  /** Whether other programs' refresh tokens may be used, and the new ones written in their place. */
  writesBack: boolean;
  oidc: OidcService;
  profiles?: ProfileService | undefined;
  clock: Clock;
  steady?: SteadyTime;
  log: Log;
  marginSeconds: number;
  random?: () => number;
  files?: FileSystem;
  /** Told the secrets of each login that is read, made or given, by who holds it. */
  learn?: Learn;
  /** Hears how each refresh has ended. */
  onRefresh?: ((outcome: "ok" | "failed") => void) | undefined;
}

export interface OpenTokenSource extends TokenSource {
  /** Resolves when every refresh that is under way, and the change of the own file after it, is done. */
  settled(): Promise<void>;
}

/** The token source over the own file and the other programs' stores. */
export function openTokenSource(options: OpenOptions): OpenTokenSource {
  const { ownFile, oidc, profiles, clock, log, files } = options;
  const { steady = () => performance.now(), random = Math.random } = options;
  const own =
    ownFile === undefined
      ? createMemoryLogin()
      : createOwnLogin({ path: ownFile, clock, steady, log, files });
  const inTurn = oneAtATime();
  const lock = { path: ownFile && `${ownFile}.lock`, patienceMs: 2 * oidc.timeoutMs, clock, log };
  void own.sweep();
  const tokens = createTokenSource({
    ...options,
    own,
    others: createLoginStores(options, options),
    refused: createRefusedGrants(ownFile && `${ownFile}.refused`, files),
    locked: (work) => inTurn(() => whileLocked(lock, work)),
    profiles,
    steady,
    random,
  });
  return { ...tokens, settled: () => inTurn(async () => {}) };
}
