import type { Clock, SteadyTime } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Login, UsableLogin } from "./login.ts";
import { listProfiles, type ProfileService } from "./oidc/list-profiles.ts";
import type { LoginKind } from "./token-source.ts";

/** After a failure, to the next try. */
const pauseMs = 30_000;

/** Which profile the requests of a login name. */
export interface Profiles {
  /** The login's own, else the only one that the service lists. Rejects with `login` when the person must choose. */
  of(login: UsableLogin): Promise<string | undefined>;
  /** As far as is known without asking. */
  known(login: Login): string | undefined;
}

interface ProfilesOptions {
  /** Undefined to leave the service alone. */
  service: ProfileService | undefined;
  /** Hears of the only profile of a login that brought none. */
  onFound: (login: UsableLogin, arn: string) => void;
  clock: Clock;
  steady: SteadyTime;
  log: Log;
}

const withoutProfiles: ReadonlySet<LoginKind | undefined> = new Set(["builder-id", "social", "api-key"]);

/** Asks once for each access token: nothing else of a login is sure to change with the account. */
export function createProfiles({ service, onFound, clock, steady, log }: ProfilesOptions): Profiles {
  let latest:
    | { accessToken: string; listed: Promise<readonly string[]>; arn?: string | undefined }
    | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const ask = async (accessToken: string, from: ProfileService): Promise<readonly string[]> => {
    try {
      return await listProfiles(accessToken, from, clock);
    } catch (error) {
      pausedUntil = steady() + pauseMs;
      latest = undefined;
      log.warn("profiles.unknown", { reason: BridgeError.from(error).message });
      return [];
    }
  };

  const look = async (login: UsableLogin, from: ProfileService): Promise<string | undefined> => {
    const { accessToken } = login;
    if (steady() < pausedUntil) return undefined;
    if (latest?.accessToken !== accessToken) latest = { accessToken, listed: ask(accessToken, from) };
    const asked = latest;
    const [arn, ...others] = await asked.listed;
    if (others.length > 0) throw mustChoose([arn ?? "", ...others]);
    if (arn !== undefined && asked.arn === undefined) onFound(login, arn);
    asked.arn = arn;
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
