import { BridgeError } from "../errors.ts";
import { brief } from "./brief.ts";
import { createHostCheck } from "./host-check.ts";

export interface DoorPolicy {
  /** What the server listens on, which is also a name it may be called by. */
  host: string;
  /** Host headers accepted besides that and loopback names; with or without a port. */
  allowedHosts: readonly string[];
  /** Origins accepted besides loopback pages and desktop apps. */
  allowedOrigins: readonly string[];
  /** Undefined admits everyone who passes the other checks. */
  apiKey: string | undefined;
}

/** Whether a request is admitted. */
export interface Admission {
  /** Why it is not; undefined when it is. */
  refusal: BridgeError | undefined;
  /** What a browser needs in the answer; empty for pages that may not read it. */
  corsHeaders: Readonly<Record<string, string>>;
}

/** Decides from the headers alone, before routing and before a byte of the body is read. */
export function createDoors(policy: DoorPolicy, addresses: () => readonly string[] = () => []) {
  const isOwnHost = createHostCheck(policy, addresses);
  const origins = new Set(policy.allowedOrigins.map((origin) => origin.toLowerCase()));
  const hasKey = createKeyCheck(policy.apiKey);

  const strangerRefusal = (request: Request, origin: string | null): BridgeError | undefined => {
    const host = request.headers.get("host") ?? "";
    const site = request.headers.get("sec-fetch-site");
    if (!isOwnHost(host)) return hostRefused(host);
    if (!isAllowedPage(origin, site, origins)) return originRefused(origin ?? `none, Sec-Fetch-Site ${site}`);
    return undefined;
  };
  const keyRefusal = (request: Request, path: string): BridgeError | undefined =>
    isPublic(request.method, path) || hasKey(request) ? undefined : keyRefused;

  return (request: Request, path: string): Admission => {
    const origin = request.headers.get("origin");
    const refusal = strangerRefusal(request, origin);
    if (refusal) return { refusal, corsHeaders: {} };
    return { refusal: keyRefusal(request, path), corsHeaders: origin === null ? {} : corsHeaders(origin) };
  };
}

/** Preflights, and whether there is a server. */
const isPublic = (method: string, path: string): boolean =>
  method === "OPTIONS" || (path === "/health" && (method === "GET" || method === "HEAD"));

/** The checks that may keep a request out. */
export type Door = "auth" | "host" | "origin";

/** The door that a failure comes from; undefined when it comes from elsewhere. */
export function doorOf({ kind, code }: BridgeError): Door | undefined {
  if (kind === "authentication") return "auth";
  if (kind !== "forbidden") return undefined;
  return code === hostCode ? "host" : "origin";
}

/** Whether a request carries the key; every one passes where none is set. */
export function createKeyCheck(apiKey: string | undefined): (request: Request) => boolean {
  if (apiKey === undefined) return () => true;
  // Loaded late: it loads the streams too, which take 2 ms of a start.
  const { timingSafeEqual } = process.getBuiltinModule("node:crypto");
  const keyDigest = digest(apiKey);
  return (request) => presentedKeys(request).some((key) => timingSafeEqual(digest(key), keyDigest));
}

/** Origins that no foreign web page can have: pages of this machine, and desktop apps with a scheme of their own. */
const ownOrigin =
  /^(https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?|(app|tauri|vscode-webview|vscode-file):\/\/[^/]*)$/;

function isAllowedPage(origin: string | null, site: string | null, origins: ReadonlySet<string>): boolean {
  if (origin === null) return site === null || site === "none" || site === "same-origin";
  const given = origin.toLowerCase();
  return ownOrigin.test(given) || origins.has(given);
}

const corsHeaders = (origin: string) => ({
  "access-control-allow-origin": origin,
  "access-control-expose-headers": "x-request-id, request-id, retry-after, x-should-retry",
  vary: "origin",
});

/** The headers of the answer to a preflight. */
export const preflightHeaders = (request: Request) => ({
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "content-type",
  "access-control-max-age": "600",
});

/** From either vendor's header; a client that sends both may have the right key in only one. */
function presentedKeys({ headers }: Request): string[] {
  const bearer = /^bearer\s+(.+)$/i.exec(headers.get("authorization") ?? "");
  return [headers.get("x-api-key"), bearer?.[1]].filter((key) => typeof key === "string");
}

/** Digests all have one length, so that comparing them takes the same time. */
const digest = (key: string) => new Bun.CryptoHasher("sha256").update(key).digest();

/** The value refused, for the log: it tells what to list. */
const refused = (name: string, value: string) => new Error(`${name}: ${brief(value)}`);

const hostCode = "host_not_allowed";
const hostRefused = (host: string) =>
  new BridgeError(
    "forbidden",
    "This Host header is not accepted; use 127.0.0.1 or localhost, or list the name in server.allowed_hosts (AQBRIDGE_ALLOWED_HOSTS).",
    { code: hostCode, cause: refused("Host", host) },
  );
const originRefused = (origin: string) =>
  new BridgeError(
    "forbidden",
    "Web pages of this origin may not call the bridge; list the origin in server.allowed_origins if it should.",
    { code: "origin_not_allowed", cause: refused("Origin", origin) },
  );
const keyRefused = new BridgeError(
  "authentication",
  "Send the bridge's API key as x-api-key or as a bearer token.",
);
