import { createHash } from "node:crypto";
import type { LoginSource } from "./token-source.ts";

/** What a refresh needs; these belong together and are never mixed with another login's. */
export interface RefreshGrant {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  /** Region of the OIDC service that issued the login; inference may be served from another. */
  region: string;
}

/** One login as a store holds it. */
export interface Login {
  source: LoginSource;
  accessToken: string | undefined;
  /** Null when the store does not say. */
  expiresAt: Date | null;
  /** Undefined when the login cannot be refreshed. */
  grant: RefreshGrant | undefined;
  region: string;
  profileArn: string | undefined;
  /** The other store's login that this one was refreshed from, and with whose end it ends. */
  refreshedFrom?: Origin | undefined;
}

export interface RefreshableLogin extends Login {
  grant: RefreshGrant;
}

export interface UsableLogin extends Login {
  accessToken: string;
}

export interface Origin {
  source: LoginSource;
  grantId: string;
}

/** What a store says when asked; `signed-out` is a store in order that holds no login. */
export type Reading =
  | { state: "login"; login: Login }
  | { state: "signed-out" | "unusable" | "busy"; reason: string };

/** A place that may hold a login. It reads on every call and never throws. */
export interface LoginStore {
  source: LoginSource;
  /** The place in the words shown to a person. */
  path: string;
  /** Files whose change means that the login may have changed. */
  files: readonly string[];
  read(): Promise<Reading>;
}

/** Names a grant without revealing it. */
export const grantId = ({ clientId, refreshToken }: RefreshGrant): string =>
  createHash("sha256")
    .update(JSON.stringify([clientId, refreshToken]))
    .digest("hex");

/** Access tokens become a header value, so nothing else may pass for one. */
export const isToken = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]+$/.test(value);

/** The instant an ISO 8601 text names; null for anything else, which then counts as unknown. */
export function parseInstant(value: unknown): Date | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
