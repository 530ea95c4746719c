import type { Login, UsableLogin } from "./login.ts";
import type { Survey } from "./survey.ts";
import type { LoginStatus } from "./token-source.ts";

/** The login that is used, or would be if it could, without its secrets. */
export function describeLogin(
  { logins, searched }: Survey,
  usable: UsableLogin | undefined,
  refreshable: Login | undefined,
  persisted: boolean,
): LoginStatus {
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
    profileArn: login?.profileArn ?? null,
    persisted,
    searched,
  };
}
