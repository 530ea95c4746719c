import { BridgeError } from "../errors.ts";
import type { TokenSourceOptions } from "./create-token-source.ts";
import type { Login, UsableLogin } from "./login.ts";
import { listProfiles, type ProfileService } from "./oidc/list-profiles.ts";
import type { LoginKind } from "./token-source.ts";

/** From a failure to the next try. */
const pauseMs = 30_000;

/** Which profile a login's requests name. */
interface Profiles {
  /** The login's own, else the only one that the service lists. Rejects with `login` when the person must choose. */
  of(login: UsableLogin): Promise<string | undefined>;
  /** The same as far as it is known without asking. */
  known(login: Login): string | undefined;
}

type ProfilesOptions = Pick<TokenSourceOptions, "profiles" | "own" | "locked" | "clock" | "log">;

const withoutProfiles: ReadonlySet<LoginKind | undefined> = new Set(["builder-id", "social", "api-key"]);

/** Asks once for each access token: nothing else of a login is sure to change with the account. */
export function createProfiles(options: ProfilesOptions): Profiles {
  const { profiles: service, own, locked, clock, log } = options;
  let latest:
    | { accessToken: string; listed: Promise<readonly string[]>; arn?: string | undefined }
    | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const ask = async (accessToken: string, from: ProfileService): Promise<readonly string[]> => {
    try {
      return await listProfiles(accessToken, from, clock);
    } catch (error) {
      pausedUntil = clock.steady() + pauseMs;
      if (latest?.accessToken === accessToken) latest = undefined;
      log.warn("profiles.unknown", { reason: BridgeError.from(error).message });
      return [];
    }
  };

  /** Spares the next start the question, unless another login has been handed over since. */
  const keep = async ({ accessToken }: UsableLogin, profileArn: string): Promise<void> => {
    const reading = await own.read();
    const isHeld = reading.state === "login" && reading.login.accessToken === accessToken;
    if (isHeld) await own.save({ ...reading.login, profileArn });
  };

  const look = async (login: UsableLogin, from: ProfileService): Promise<string | undefined> => {
    const { accessToken } = login;
    if (latest?.accessToken !== accessToken) {
      if (clock.steady() < pausedUntil) return undefined;
      latest = { accessToken, listed: ask(accessToken, from) };
    }
    const asked = latest;
    const [arn, ...others] = await asked.listed;
    if (others.length > 0) throw mustChoose([arn ?? "", ...others]);
    const isNew = arn !== undefined && asked.arn === undefined;
    asked.arn = arn;
    // Other programs keep what belongs to their logins; where nothing can be written, the next start asks again.
    if (isNew && login.source === "own file") locked(() => keep(login, arn)).catch(() => {});
    return arn;
  };

  return {
    async of(login) {
      const { kind, profileArn } = login;
      const isKnown = profileArn !== undefined || service === undefined || withoutProfiles.has(kind);
      return isKnown ? profileArn : look(login, service);
    },
    known: ({ accessToken, profileArn }) =>
      profileArn ?? (latest?.accessToken === accessToken ? latest?.arn : undefined),
  };
}

const mustChoose = (arns: readonly string[]): BridgeError =>
  new BridgeError(
    "login",
    `The login has several Amazon Q profiles; set upstream.profile_arn (AMAZONQ_PROFILE_ARN) to one of ${arns.join(", ")}.`,
  );
