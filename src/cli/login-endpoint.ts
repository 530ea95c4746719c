import type { LoginKind } from "../auth/token-source.ts";
import type { Config } from "../config/options.ts";

/** Base URL of the service that makes and renews logins of a kind, by AWS region: the one configured, else Amazon's own. */
export const loginEndpoint =
  ({ oidcEndpoint }: Pick<Config, "oidcEndpoint">, kind?: LoginKind) =>
  (region: string): string => {
    if (oidcEndpoint !== undefined) return oidcEndpoint;
    return kind === "social"
      ? `https://prod.${region}.auth.desktop.kiro.dev`
      : `https://oidc.${region}.amazonaws.com`;
  };
