import type { LoginSource } from "../token-source.ts";

/** A command-line client that keeps its login in a database, as rows with these keys (contract 6.1, 6.2). */
export interface CliClient {
  source: LoginSource;
  /** In the order in which they are looked for. */
  tokenKeys: readonly string[];
}

// `odic` is the clients' own spelling of `oidc`.
export const amazonQCli: CliClient = { source: "Amazon Q CLI", tokenKeys: ["codewhisperer:odic:token"] };

export const kiroCli: CliClient = {
  source: "kiro-cli",
  tokenKeys: ["kirocli:odic:token", "kirocli:oidc:token", "kirocli:social:token", "codewhisperer:odic:token"],
};

/** The row with the client registration that a token was made for. */
export const registrationKeyOf = (tokenKey: string): string =>
  tokenKey.replace(/:token$/, ":device-registration");

export const profileKey = "api.codewhisperer.profile";

/** The rows that make a client's login, of the tables `auth_kv` and `state`. */
export const keysOf = ({ tokenKeys }: CliClient): string[] => [
  ...tokenKeys,
  ...tokenKeys.map(registrationKeyOf),
  profileKey,
];
