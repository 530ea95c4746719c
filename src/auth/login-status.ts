import type { Survey } from "./known-logins.ts";
import type { Login } from "./login.ts";
import type { LoginStatus } from "./token-source.ts";

interface Circumstances {
  usable: Login | undefined;
  refreshable: Login | undefined;
  /** As far as it is known. */
  profileOf: (login: Login) => string | undefined;
  /** Whether the own file can be written. */
  persisted: boolean;
}

/** The login that is used, or would be if it could, without its secrets. */
export function describeLogin({ logins, searched }: Survey, circumstances: Circumstances): LoginStatus {
  const { usable, refreshable, profileOf, persisted } = circumstances;
  const login = usable ?? refreshable ?? logins[0];
  return {
    state: (usable ?? refreshable) ? "ready" : login ? "expired" : "missing",
    source: login?.refreshedFrom?.source ?? login?.source ?? null,
    ...(login?.kind && { kind: login.kind }),
    expiresAt: login?.expiresAt ?? null,
    canRefresh: refreshable !== undefined,
    region: login?.region ?? null,
    ...(login?.startUrl && { startUrl: login.startUrl }),
    ...(login?.grant?.clientEndsAt && { clientEndsAt: login.grant.clientEndsAt }),
    profileArn: (login && profileOf(login)) ?? null,
    persisted,
    searched,
  };
}
