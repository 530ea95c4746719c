import type { OidcService } from "../../src/auth/oidc/oidc-request.ts";
import { taint } from "./taint.ts";

/** What arrived at `/token`. */
export interface TokenCall {
  path: string;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A login service on the loopback interface that can be told to rotate, refuse, delay and lie. */
export interface OidcServer {
  service: OidcService;
  calls: readonly TokenCall[];
  /** Answers of the next calls, in their order; without any left, calls are granted with rotation. */
  answerNext(...answers: Answer[]): void;
  /** Refresh tokens it still honours; those of its own making are added and the used ones taken out. */
  honoured: Set<string>;
  stop(): Promise<void>;
}

export type Answer = (call: TokenCall) => Response | Promise<Response>;

export function startOidc(...refreshTokens: string[]): OidcServer {
  const calls: TokenCall[] = [];
  const scripted: Answer[] = [];
  const honoured = new Set(refreshTokens);

  const grantOrRefuse: Answer = ({ body }) => {
    const used = String(body["refreshToken"]);
    if (!honoured.delete(used)) return refusal("invalid_grant");
    const n = calls.length;
    const refreshToken = taint(`aor-rotated-${n}`);
    honoured.add(refreshToken);
    return tokens({ accessToken: taint(`aoa-refreshed-${n}`), refreshToken });
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const call = { path: pathname, headers: request.headers, body: await bodyOf(request) };
      calls.push(call);
      return (scripted.shift() ?? grantOrRefuse)(call);
    },
  });

  return {
    service: {
      endpoint: (region) => `http://127.0.0.1:${server.port}/${region}`,
      socialEndpoint: (region) => `http://127.0.0.1:${server.port}/social/${region}`,
      fetch: (url, init) => fetch(url, init),
      userAgent: "aqbridge/test",
      timeoutMs: 15_000,
    },
    calls,
    answerNext: (...answers) => void scripted.push(...answers),
    honoured,
    stop: () => server.stop(true),
  };
}

export const tokens = (members: Record<string, unknown> = {}): Response =>
  Response.json({ accessToken: "aoa-refreshed", expiresIn: 3600, tokenType: "Bearer", ...members });

/** An error as AWS SSO OIDC words it. */
export const refusal = (error: string, status = error === "invalid_client" ? 401 : 400): Response =>
  Response.json({ error, error_description: "no" }, { status });

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json();
  return typeof body === "object" && body !== null ? { ...body } : {};
}
