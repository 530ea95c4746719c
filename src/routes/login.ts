import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AccessToken, LoginInput, LoginStatus, TokenSource } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import { nullable, open, optional } from "../http/schema.ts";
import { checkedBy } from "../http/validation.ts";

const text = optional(Type.String());
const CredentialsRequest = open({
  client_id: text,
  clientId: text,
  client_secret: text,
  clientSecret: text,
  refresh_token: text,
  refreshToken: text,
  access_token: text,
  accessToken: text,
  profile_arn: text,
  profileArn: text,
  region: text,
});
type CredentialsRequest = Static<typeof CredentialsRequest>;

const CredentialsAnswer = open({
  status: Type.Union([Type.Literal("ready"), Type.Literal("missing"), Type.Literal("expired")]),
  source: nullable(Type.String()),
  token_expiry: nullable(Type.String()),
  can_refresh: Type.Boolean(),
  region: nullable(Type.String()),
  profile_arn: nullable(Type.String()),
  persisted: Type.Boolean(),
  searched: Type.Array(Type.String()),
});
const TestTokenAnswer = open({
  success: Type.Boolean(),
  token_expiry: nullable(Type.String()),
});

interface LoginDependencies {
  tokens: TokenSource;
  parse: (context: { request: Request; set: { headers: Record<string, unknown> } }) => Promise<unknown>;
}

/** The login: what is known of it, setting it, and proving that it works. No answer holds a secret. */
export const loginRoutes = ({ tokens, parse }: LoginDependencies) => {
  // Monitors use HEAD to see whether the path is there; it costs no refresh (RFC 9110, 9.3.2).
  const proof = ({ method, signal }: Request) =>
    method === "HEAD" ? tokens.get(signal) : tokens.refresh(signal);

  return new Elysia({ normalize: false })
    .get("/credentials", async () => describe(await tokens.status()), {
      response: { 200: CredentialsAnswer },
    })
    .post(
      "/credentials",
      async ({ body }) => {
        await tokens.set(decodeLogin(body));
        return describe(await tokens.status());
      },
      { parse, body: checkedBy(CredentialsRequest), response: { 200: CredentialsAnswer } },
    )
    .get("/test/token", async ({ request }) => verdict(await proof(request)), {
      response: { 200: TestTokenAnswer },
    });
};

/** Takes members in either spelling, as the original program does. */
function decodeLogin(body: CredentialsRequest): LoginInput {
  const needed = {
    client_id: body.client_id || body.clientId,
    client_secret: body.client_secret || body.clientSecret,
    refresh_token: body.refresh_token || body.refreshToken,
  };
  const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = needed;
  if (!clientId || !clientSecret || !refreshToken) {
    const missing = Object.entries(needed).flatMap(([name, value]) => (value ? [] : [name]));
    throw new BridgeError("invalid-request", `Missing: ${missing.join(", ")}. Send a login as a whole.`, {
      code: "missing_credentials",
      ...(missing[0] && { param: missing[0] }),
    });
  }
  const accessToken = body.access_token || body.accessToken;
  const profileArn = body.profile_arn || body.profileArn;
  return {
    clientId,
    clientSecret,
    refreshToken,
    ...(accessToken && { accessToken }),
    ...(profileArn && { profileArn }),
    ...(body.region && { region: body.region }),
  };
}

const describe = (status: LoginStatus): Static<typeof CredentialsAnswer> => ({
  status: status.state,
  source: status.source,
  token_expiry: status.expiresAt?.toISOString() ?? null,
  can_refresh: status.canRefresh,
  region: status.region,
  profile_arn: status.profileArn,
  persisted: status.persisted,
  searched: [...status.searched],
});

/** Without the token's beginning and length, which the original program shows: they help no one but a thief. */
const verdict = ({ expiresAt }: AccessToken): Static<typeof TestTokenAnswer> => ({
  success: true,
  token_expiry: expiresAt?.toISOString() ?? null,
});
