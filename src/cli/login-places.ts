import { cliDatabasePath, kiroDatabasePaths, kiroIdePath } from "../auth/stores/locations.ts";
import type { LoginPlaces } from "../auth/stores/login-stores.ts";
import type { Surroundings } from "../base-folder.ts";
import type { Config } from "../config/options.ts";

/** Where the Amazon Q CLI keeps its login: where the configuration says, else where the CLI does by itself. */
export const cliDatabaseOf = ({ cliDatabase }: Config, surroundings: Surroundings): string | undefined =>
  cliDatabase ?? cliDatabasePath(surroundings);

/** Where other programs keep their logins. */
export const loginPlaces = (config: Config, surroundings: Surroundings): LoginPlaces => ({
  cliDatabase: cliDatabaseOf(config, surroundings),
  kiroDatabases: config.kiroDatabase ? [config.kiroDatabase] : kiroDatabasePaths(surroundings),
  kiroIdeFile: kiroIdePath(surroundings),
  kiroApiKey: config.kiroApiKey,
});
