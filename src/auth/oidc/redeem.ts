import type { Clock } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { parseJsonObject } from "../../json.ts";
import { isToken, parseProfileArn, type RefreshGrant } from "../login.ts";
import {
  errorIn,
  isPassing,
  type OidcAnswer,
  type OidcService,
  postJson,
  unavailable,
} from "./oidc-request.ts";

/** What a login service gives for a refresh token. */
export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  /** Undefined when the old one stays in force. */
  refreshToken: string | undefined;
  /** Undefined where the service does not know of profiles. */
  profileArn: string | undefined;
  /** Seconds by which our clock is ahead of the service's. */
  skewSeconds: number;
}

/** A login service refuses a grant. */
export class GrantRefused extends BridgeError {
  /** The refusal's status and, where it has one, its name. */
  readonly said: string;
  /** Whether no further try with the same grant can succeed. */
  readonly isFinal: boolean;

  constructor(addressee: string, said: string, isFinal: boolean) {
    super("login", `${addressee} refused the saved login (${said}).`);
    this.said = said;
    this.isFinal = isFinal;
  }
}

/**
 * Redeems a refresh token: at AWS SSO OIDC (`CreateToken`), or at Kiro's login service for Google and GitHub logins
 * (contract 6.7). Rejects with `GrantRefused` when the grant is refused, `busy` when a later try may succeed, `protocol`
 * when the answer makes no sense, `upstream` for any other.
 */
export async function redeem(grant: RefreshGrant, service: OidcService, clock: Clock): Promise<Tokens> {
  const answer = await request(grant, { ...service, clock });
  if (answer.status === 200) return decodeTokens(answer, clock.now());
  throw failureOf(answer);
}

function request(grant: RefreshGrant, service: OidcService & { clock: Clock }): Promise<OidcAnswer> {
  const { clientId, clientSecret, refreshToken, region } = grant;
  if (clientId === undefined) {
    const url = `${service.socialEndpoint(region)}/refreshToken`;
    return postJson(url, { refreshToken }, { ...service, addressee: "Kiro's login service" });
  }
  const body = { clientId, clientSecret, grantType: "refresh_token", refreshToken };
  return postJson(`${service.endpoint(region)}/token`, body, {
    ...service,
    addressee: "Amazon's login service",
  });
}

/** Names of errors after which no further try with the same grant can succeed. */
const finalErrors = new Set([
  "invalid_grant",
  "expired_token",
  "invalid_client",
  "unauthorized_client",
  "access_denied",
]);

function failureOf(answer: OidcAnswer): BridgeError {
  const { addressee, status } = answer;
  const error = errorName(answer);
  const said = `${status}${error && ` ${error}`}`;
  const isFinal = addressee === "Kiro's login service" ? isRefusalOfKiro(answer) : finalErrors.has(error);
  if (isFinal) return new GrantRefused(addressee, said, true);
  if (isPassing(status) || error === "slow_down" || error === "server_error") return overload(answer, said);
  if (status >= 400) return new GrantRefused(addressee, said, false);
  return new BridgeError("upstream", `${addressee} refused to refresh the login (${said}).`);
}

/** Kiro's service says it by the status alone; a page comes from a proxy that blocks the service. */
const isRefusalOfKiro = ({ status, headers }: OidcAnswer): boolean =>
  (status === 401 || status === 403) && !headers.get("content-type")?.startsWith("text/html");

/** The `error` member, else the same name as the header spells it (`InvalidGrantException`); empty without either. */
function errorName({ headers, text }: OidcAnswer): string {
  const named = errorIn(parseJsonObject(text) ?? {});
  if (named !== "") return named;
  const type = /^(\w{1,60})Exception\b/.exec(headers.get("x-amzn-errortype") ?? "")?.[1] ?? "";
  return type.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
}

/** With the time to wait that the service asks for, if it does. */
function overload({ addressee, headers }: OidcAnswer, said: string): BridgeError {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const wait = seconds >= 1 ? { retryAfterSeconds: Math.min(Math.ceil(seconds), 60) } : {};
  return unavailable(`${addressee} is overloaded (${said}); try again.`, wait);
}

const lifetimeSeconds = { min: 60, max: 86_400 };

function decodeTokens({ addressee, text, headers }: OidcAnswer, now: number): Tokens {
  const { accessToken, expiresIn, refreshToken, profileArn } = parseJsonObject(text) ?? {};
  const isSound =
    isToken(accessToken) &&
    typeof expiresIn === "number" &&
    expiresIn > 0 &&
    (refreshToken === undefined || refreshToken === null || isToken(refreshToken));
  if (!isSound)
    throw new BridgeError(
      "protocol",
      `${addressee} sent an answer without valid tokens; check the network and try again.`,
    );
  const { min, max } = lifetimeSeconds;
  const lifetime = Math.min(Math.max(expiresIn, min), max);
  return {
    accessToken,
    expiresAt: new Date(now + lifetime * 1000),
    refreshToken: refreshToken ?? undefined,
    profileArn: parseProfileArn(profileArn),
    skewSeconds: skewOf(headers.get("date"), now),
  };
}

function skewOf(date: string | null, now: number): number {
  const theirs = Date.parse(date ?? "");
  return Number.isNaN(theirs) ? 0 : Math.round((now - theirs) / 1000);
}
