import type { OidcError, ScriptedHttpAnswer } from "../script.ts";

const errors: Readonly<Record<OidcError, readonly [type: string, status: number]>> = {
  authorization_pending: ["AuthorizationPendingException", 400],
  slow_down: ["SlowDownException", 400],
  expired_token: ["ExpiredTokenException", 400],
  access_denied: ["AccessDeniedException", 400],
  invalid_grant: ["InvalidGrantException", 400],
  invalid_client: ["InvalidClientException", 401],
  invalid_request: ["InvalidRequestException", 400],
  invalid_scope: ["InvalidScopeException", 400],
  unauthorized_client: ["UnauthorizedClientException", 400],
  unsupported_grant_type: ["UnsupportedGrantTypeException", 400],
  server_error: ["InternalServerException", 500],
};

/** An error as OIDC words it: its name in the body, its type in a header. */
export function oidcError(error: OidcError, description: string): ScriptedHttpAnswer {
  const [type, status] = errors[error];
  return {
    status,
    headers: { "x-amzn-errortype": type },
    body: { error, error_description: description },
  };
}
