import type { KnownLogins } from "./known-logins.ts";
import type { UsableLogin } from "./login.ts";
import { loginRefused } from "./login-needed.ts";
import type { LoginRefresh } from "./login-refresh.ts";
import type { Renewal } from "./renewal.ts";

/** A token with this much life left is used while its successor is fetched. */
const graceMs = 60_000;
/** A token younger than this is not made anew, whoever asks. */
const youthMs = 30_000;

interface ObtainOptions {
  known: KnownLogins;
  renewal: Renewal;
  refresh: LoginRefresh;
  marginMs: number;
}

/** The three ways to a usable login: any, any but one that was refused, a new one. */
export function createObtain({ known, renewal, refresh, marginMs }: ObtainOptions) {
  const obtain = async (): Promise<UsableLogin> => {
    const login = known.best((await known.look()).logins);
    if (login === undefined) return renewal.start(false);
    const life = known.lifeOf(login);
    if (life > marginMs || renewal.isPaused()) return login;
    const renewed = renewal.start(false).catch(orWhatLives);
    if (life <= graceMs) return renewed;
    renewed.catch(() => {});
    return login;
  };

  const orWhatLives = async (error: unknown): Promise<UsableLogin> => {
    const last = known.best((await known.look()).logins);
    if (last === undefined) throw error;
    return last;
  };

  const obtainAnother = async (refused: string): Promise<UsableLogin> => {
    const found = await known.look();
    const others = found.logins.filter(({ accessToken }) => accessToken !== refused);
    if (refresh.isNew(refused, youthMs) && known.best(others) === undefined) throw loginRefused();
    known.refuse(refused, found);
    return obtain();
  };

  const obtainNew = async (): Promise<UsableLogin> => {
    const { logins } = await known.look();
    const young = logins.filter(({ accessToken }) => refresh.isNew(accessToken, youthMs));
    return known.best(young) ?? renewal.start(true);
  };

  return { obtain, obtainAnother, obtainNew };
}
