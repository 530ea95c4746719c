import { cliDatabasePath, kiroDatabasePaths, kiroIdePath } from "../auth/stores/locations.ts";
import type { LoginPlaces } from "../auth/stores/login-stores.ts";
import type { LoginKind } from "../auth/token-source.ts";
import type { Surroundings } from "../base-folder.ts";
import type { Config } from "../config/options.ts";

/** Where the Amazon Q CLI keeps its login: the configured place, else the CLI's own default. */
export const cliDatabaseOf = ({ cliDatabase }: Config, surroundings: Surroundings): string | undefined =>
  cliDatabase ?? cliDatabasePath(surroundings);

/** Where other programs keep their logins. */
export const loginPlaces = (config: Config, surroundings: Surroundings): LoginPlaces => ({
  cliDatabase: cliDatabaseOf(config, surroundings),
  kiroDatabases: config.kiroDatabase ? [config.kiroDatabase] : kiroDatabasePaths(surroundings),
  kiroIdeFile: kiroIdePath(surroundings),
  kiroApiKey: config.kiroApiKey,
});

/** Base URL, by AWS region, of the service that makes and renews logins of a kind: the configured one, else Amazon's. */
export const loginEndpoint =
  ({ oidcEndpoint }: Config, kind?: LoginKind) =>
  (region: string): string => {
    if (oidcEndpoint !== undefined) return oidcEndpoint;
    return kind === "social"
      ? `https://prod.${region}.auth.desktop.kiro.dev`
      : `https://oidc.${region}.amazonaws.com`;
  };
