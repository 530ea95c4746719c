import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { TokenSource } from "../auth/token-source.ts";
import { open } from "../http/schema.ts";

const HealthAnswer = open({
  status: Type.Literal("ok"),
  version: Type.Optional(Type.String()),
  credentials: Type.Optional(
    Type.Union([Type.Literal("ready"), Type.Literal("missing"), Type.Literal("expired")]),
  ),
});
const HomeAnswer = open({
  name: Type.Literal("aqbridge"),
  version: Type.String(),
  default_model: Type.String(),
  endpoints: Type.Array(Type.String()),
});

const endpoints = [
  "POST /v1/chat/completions",
  "POST /v1/completions",
  "POST /v1/responses",
  "POST /v1/responses/input_tokens",
  "GET /v1/responses/{id}",
  "DELETE /v1/responses/{id}",
  "GET /v1/responses/{id}/input_items",
  "POST /v1/responses/{id}/cancel",
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "GET /v1/models",
  "GET /v1/models/{id}",
  "GET /credentials",
  "POST /credentials",
  "GET /test/token",
  "GET /health",
  "GET /metrics",
  "GET /",
] as const;

interface HomeDependencies {
  version: string;
  defaultModel: string;
  tokens: TokenSource;
  /** False while Amazon's certificates are not checked, which `/health` tells. */
  isTlsVerified: boolean;
  /** Whether a request carries the bridge's key, if there is one. */
  hasKey: (request: Request) => boolean;
}

/** What the server is and how it is doing; also the paths that clients call to warm up a connection. */
export const homeRoutes = ({ version, defaultModel, tokens, isTlsVerified, hasKey }: HomeDependencies) =>
  new Elysia({ normalize: false })
    .get(
      "/",
      () => ({ name: "aqbridge" as const, version, default_model: defaultModel, endpoints: [...endpoints] }),
      {
        response: { 200: HomeAnswer },
      },
    )
    .get(
      "/health",
      async ({ request }) => {
        const status = "ok" as const;
        // Without the key one learns that there is a server, and no more.
        if (!hasKey(request)) return { status };
        const credentials = (await tokens.status()).state;
        return { status, version, credentials, ...(!isTlsVerified && { tls_verification: "off" }) };
      },
      { response: { 200: HealthAnswer } },
    )
    .head("/", () => new Response())
    .head("/health", () => new Response())
    .head("/api/hello", () => new Response());
