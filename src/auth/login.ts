import { profileRegion } from "../aws.ts";
import type { LoginKind, LoginSource } from "./token-source.ts";

/** What AWS SSO OIDC refreshes. */
export interface OidcGrant {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  /** Region of the login service that issued the login; inference may be served from another. */
  region: string;
  /** When the client's registration ends, and with it every refresh; undefined when nobody says. */
  clientEndsAt?: Date | undefined;
}

/** What Kiro's login service refreshes, for people who signed in with Google or GitHub; it knows no clients. */
export interface SocialGrant {
  clientId?: undefined;
  clientSecret?: undefined;
  refreshToken: string;
  region: string;
  clientEndsAt?: undefined;
}

/** What a refresh needs; its members belong together and are never mixed with another login's. */
export type RefreshGrant = OidcGrant | SocialGrant;

/** One login as a store holds it. */
export interface Login {
  source: LoginSource;
  /** Undefined when the store does not say. */
  kind: LoginKind | undefined;
  accessToken: string | undefined;
  /** Null when the store does not say. */
  expiresAt: Date | null;
  /** Undefined when the login cannot be refreshed. */
  grant: RefreshGrant | undefined;
  region: string;
  /** Where the person signed in; undefined when the store does not say. */
  startUrl?: string | undefined;
  profileArn: string | undefined;
  /** The other store's login that this one was refreshed from, and with whose end it ends. */
  refreshedFrom?: Origin | undefined;
  /** Another program's, which alone refreshes it. */
  isLeftToOwner?: true;
}

/** The bridge's copy of a login, with tokens newer than those that the login's owner still holds. */
export interface RenewedLogin extends UsableLogin {
  grant: RefreshGrant;
}

export interface RefreshableLogin extends Login {
  grant: RefreshGrant;
}

export interface UsableLogin extends Login {
  accessToken: string;
}

export interface Origin {
  source: LoginSource;
  /** Ids of the grants that were used up since; the other store may still hold any of them. */
  grantIds: readonly string[];
}

/** What a store says when asked; `signed-out` is a store in order that holds no login, `missing` no store at all. */
export type Reading =
  | { state: "login"; login: Login }
  | { state: "signed-out" | "missing" | "unusable" | "busy"; reason: string };

export const unusable = (reason: string): Reading => ({ state: "unusable", reason });

/** What a store says whose file was not read, which is no reason to ask again unless it may pass. */
export const cannotRead = ({ reason, mayPass }: { reason: string; mayPass: boolean }): Reading => ({
  state: mayPass ? "busy" : "unusable",
  reason,
});

/** A place that may hold a login. It reads on every call and never throws. */
export interface LoginStore {
  source: LoginSource;
  /** The place in the words shown to a person. */
  path: string;
  /** Files whose change means that the login may have changed. */
  files: readonly string[];
  read(): Promise<Reading>;
  /**
   * Puts the tokens of `renewed` in the place of those of the login whose grant has the id `inPlaceOf`, and leaves all
   * else as it is. Never waits for a lock and never throws. Absent where nothing is ever refreshed.
   */
  writeBack?(renewed: RenewedLogin, inPlaceOf: string): Promise<WriteBackOutcome>;
}

/** `changed` when the store holds another login by now, or none. */
export type WriteBackOutcome = { state: "written" | "changed" } | { state: "failed"; reason: string };

/** Names a grant without revealing it. */
export const grantId = ({ clientId, refreshToken }: RefreshGrant): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify([clientId, refreshToken])).digest("hex");

/** The id of the grant that a store holds, if it holds one. */
export function heldGrantId(reading: Reading): string | undefined {
  const grant = reading.state === "login" ? reading.login.grant : undefined;
  return grant && grantId(grant);
}

/** Whether the client that the grant was made for may still refresh it. */
export const isRegistered = ({ clientEndsAt }: RefreshGrant, now: number): boolean =>
  clientEndsAt === undefined || clientEndsAt.getTime() > now;

/** Access tokens become a header value, so nothing else may pass for one; the longest are a few thousand characters. */
export const isToken = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]{1,16384}$/.test(value);

/** The ARN of a profile; undefined for anything else, as logins with AWS Builder ID have. */
export const parseProfileArn = (value: unknown): string | undefined =>
  typeof value === "string" && profileRegion(value) !== undefined ? value : undefined;

/** The instant an ISO 8601 text names; null for anything else, which then counts as unknown. */
export function parseInstant(value: unknown): Date | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
