import type { FileSystem } from "../files/durable-file.ts";
import { createTokenSource, type TokenSourceOptions } from "./create-token-source.ts";
import { oneAtATime, whileLocked } from "./refresh-lock.ts";
import { createRefusedGrants } from "./refused-grants.ts";
import { createLoginStores, type LoginPlaces } from "./stores/login-stores.ts";
import { createMemoryLogin, createOwnLogin } from "./stores/own-login.ts";
import type { TokenSource } from "./token-source.ts";

type Given = "oidc" | "clock" | "log" | "marginSeconds" | "learn" | "onRefresh";
type Optional = "profiles" | "random";

export interface OpenOptions
  extends LoginPlaces,
    Pick<TokenSourceOptions, Given>,
    Partial<Pick<TokenSourceOptions, Optional>> {
  /** Path of `amazonq_credentials.json`; undefined to keep a refreshed login in memory only. */
  ownFile: string | undefined;
  /** Whether other programs' refresh tokens may be used, and replaced by the new ones. */
  writesBack: boolean;
  files?: FileSystem;
}

export interface OpenTokenSource extends TokenSource {
  /** Resolves when every refresh under way is done, and stored in the own file. */
  settled(): Promise<void>;
}

/** The token source over the own file and the other programs' stores. */
export function openTokenSource(options: OpenOptions): OpenTokenSource {
  const { ownFile, oidc, profiles, clock, log, files, random = Math.random } = options;
  const own =
    ownFile === undefined ? createMemoryLogin() : createOwnLogin({ path: ownFile, clock, log, files });
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
    random,
  });
  return { ...tokens, settled: () => inTurn(async () => {}) };
}
