import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { LoginStore } from "../login.ts";
import { amazonQCli, type CliClient, kiroCli } from "./cli-client.ts";
import { createCliDatabase } from "./cli-database.ts";
import { firstOf } from "./first-of.ts";
import { createKiroApiKey } from "./kiro-api-key.ts";
import { createKiroIdeCache } from "./kiro-ide-cache.ts";
import { watchedStore } from "./watched-store.ts";

/** Where other programs keep logins; what is undefined or empty is not searched. */
export interface LoginPlaces {
  /** The Amazon Q CLI's database. */
  cliDatabase?: string | undefined;
  /** Databases that may be kiro-cli's. */
  kiroDatabases?: readonly string[];
  /** The Kiro IDE's `kiro-auth-token.json`. */
  kiroIdeFile?: string | undefined;
  kiroApiKey?: string | undefined;
}

interface StoreOptions {
  clock: Clock;
  log: Log;
  /** Whether other programs' refresh tokens may be used, and replaced by the new ones. */
  writesBack: boolean;
}

/** The other programs' logins, in the order in which their refresh tokens are used. */
export function createLoginStores(
  places: LoginPlaces,
  { clock, log, writesBack }: StoreOptions,
): LoginStore[] {
  const { cliDatabase, kiroDatabases = [], kiroIdeFile, kiroApiKey } = places;
  const database = (client: CliClient) => (path: string) => createCliDatabase(path, clock, client);
  const [kiro, ...others] = kiroDatabases.map(database(kiroCli));
  const stores = [
    cliDatabase === undefined ? undefined : database(amazonQCli)(cliDatabase),
    kiro && firstOf([kiro, ...others]),
    kiroIdeFile === undefined ? undefined : createKiroIdeCache(kiroIdeFile),
    kiroApiKey === undefined ? undefined : createKiroApiKey(kiroApiKey),
  ].filter((store) => store !== undefined);
  const watched = stores.map((store) => watchedStore(store, clock, log));
  return writesBack ? watched : watched.map(leftToOwner);
}

/** The store's login without its grant: it is used for as long as its token lives, and only its owner refreshes it. */
const leftToOwner = (store: LoginStore): LoginStore => ({
  ...store,
  async read() {
    const reading = await store.read();
    if (reading.state !== "login") return reading;
    return { state: "login", login: { ...reading.login, grant: undefined, isLeftToOwner: true } };
  },
});
