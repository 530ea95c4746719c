import type { KnownLogins } from "./known-logins.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { UsableLogin } from "./login.ts";
import { loginRefused } from "./login-needed.ts";
import type { Renewal } from "./renewal.ts";

/** A token with this much life left is used while its successor is fetched. */
const graceMs = 60_000;
/** A token younger than this is not replaced, whoever asks. */
const youthMs = 30_000;

interface ObtainOptions {
  known: KnownLogins;
  renewal: Renewal;
  lifetimes: Lifetimes;
}

/** Three ways to a usable login: any, any but a refused one, a new one. */
export function createObtain({ known, renewal, lifetimes }: ObtainOptions) {
  const obtain = async (): Promise<UsableLogin> => {
    const login = known.best((await known.look()).logins);
    if (login === undefined) return renewal.start(false);
    if (!lifetimes.isDue(login) || renewal.isPaused()) return login;
    const renewed = renewal.start(false).catch(orWhatLives);
    if (lifetimes.left(login) <= graceMs) return renewed;
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
    if (lifetimes.age(refused) < youthMs && known.best(others) === undefined)
      throw loginRefused(found.logins.find(({ accessToken }) => accessToken === refused));
    known.refuse(refused);
    return obtain();
  };

  const obtainNew = async (): Promise<UsableLogin> => {
    const { logins } = await known.look();
    const best = known.best(logins);
    if (best?.kind === "api-key") return best;
    const young = logins.filter(({ accessToken }) => lifetimes.age(accessToken) < youthMs);
    return known.best(young) ?? renewal.start(true);
  };

  return { obtain, obtainAnother, obtainNew };
}
