import { defaultRegion } from "../../aws.ts";
import { isToken, type LoginStore, type Reading } from "../login.ts";

/** An API key of Kiro's, which needs no refresh and has no profile. */
export function createKiroApiKey(key: string): LoginStore {
  const reading: Reading =
    isToken(key) && key.startsWith("ksk_")
      ? { state: "login", login: loginOf(key) }
      : { state: "unusable", reason: "it does not begin with ksk_, as Kiro's keys do" };
  return { source: "KIRO_API_KEY", path: "KIRO_API_KEY", files: [], read: async () => reading };
}

const loginOf = (accessToken: string) =>
  ({
    source: "KIRO_API_KEY",
    kind: "api-key",
    accessToken,
    expiresAt: null,
    grant: undefined,
    region: defaultRegion,
    profileArn: undefined,
  }) as const;
