import { profileRegion } from "../aws.ts";
import type { LoginKind, LoginSource } from "./token-source.ts";

/** What AWS SSO OIDC refreshes. */
export interface OidcGrant {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  /** Region of the login service that issued the login; inference may be served from another. */
  region: string;
  /** When the client's registration, and with it every refresh, ends; undefined when the store does not say. */
  clientEndsAt?: Date | undefined;
}

/** What Kiro's login service refreshes for people who signed in with Google or GitHub; it has no clients. */
interface SocialGrant {
  clientId?: undefined;
  clientSecret?: undefined;
  refreshToken: string;
  region: string;
  clientEndsAt?: undefined;
}

/** What a refresh needs; its members belong together and are never mixed with another login's. */
export type RefreshGrant = OidcGrant | SocialGrant;

/** The members of a grant as a store holds them, not yet checked. */
interface GrantMembers {
  kind: LoginKind | undefined;
  region: string;
  refreshToken: unknown;
  clientId: unknown;
  clientSecret: unknown;
  clientEndsAt: unknown;
}

/** The grant that the members make; undefined when one that a login of this kind needs is missing or is no token. */
export function parseGrant(members: GrantMembers): RefreshGrant | undefined {
  const { kind, region, refreshToken, clientId, clientSecret, clientEndsAt } = members;
  if (!isToken(refreshToken)) return undefined;
  if (kind === "social") return { refreshToken, region };
  if (!isToken(clientId) || !isToken(clientSecret)) return undefined;
  return {
    clientId,
    clientSecret,
    refreshToken,
    region,
    clientEndsAt: parseInstant(clientEndsAt) ?? undefined,
  };
}

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
  /** The other store's login that this one was refreshed from; when that ends, so does this. */
  refreshedFrom?: Origin | undefined;
  /** Set when only the program that it belongs to may refresh it. */
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
  /** Ids of the grants that have been used up since; the other store may still hold any of them. */
  grantIds: readonly string[];
}

/** What a store says when asked; `signed-out` is an intact store without a login, `missing` no store at all. */
export type Reading =
  | { state: "login"; login: Login }
  | { state: "signed-out" | "missing" | "unusable" | "busy"; reason: string };

export const unusable = (reason: string): Reading => ({ state: "unusable", reason });

/** What a store says when its file could not be read: `busy` only if that may pass. */
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
   * Replaces the tokens of the login whose grant has the id `inPlaceOf`, and nothing else, with those of `renewed`. Never
   * waits for a lock and never throws. Absent where nothing is ever refreshed.
   */
  writeBack?(renewed: RenewedLogin, inPlaceOf: string): Promise<WriteBackOutcome>;
}

/** `changed` when the store by now holds another login, or none. */
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

/** Tokens become header values, so nothing else may pass for one; the longest are a few thousand characters. */
export const isToken = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]{1,16384}$/.test(value);

export const parseToken = (value: unknown): string | undefined => (isToken(value) ? value : undefined);

/** The ARN of a profile; undefined for anything else, such as what logins with AWS Builder ID have. */
export const parseProfileArn = (value: unknown): string | undefined =>
  typeof value === "string" && profileRegion(value) !== undefined ? value : undefined;

/** The instant that an ISO 8601 text names; null, for unknown, for anything else. */
export function parseInstant(value: unknown): Date | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
