import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Clock, sleep } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { open, optional } from "../../http/schema.ts";
import { type JsonObject, parseJsonObject } from "../../json.ts";
import type { Secrets } from "../../secrets/secrets.ts";
import type { LoginInput, LoginKind } from "../token-source.ts";
import { kindAt } from "./builder-id.ts";
import { errorIn, isPassing, type OidcAnswer, type OidcService, postJson } from "./oidc-request.ts";

/** What the person is to do. */
export interface DevicePrompt {
  userCode: string;
  /** Asks for the code. */
  verificationUri: string;
  /** Knows the code already. */
  verificationUriComplete: string;
}

/** A new login with a client registration of its own, which nobody has stored yet. */
interface DeviceLogin extends LoginInput {
  authMethod: LoginKind;
  startUrl: string;
}

export interface DeviceLoginOptions {
  /** How the login service is reached. */
  service: Pick<OidcService, "endpoint" | "fetch" | "userAgent" | "timeoutMs">;
  startUrl: string;
  region: string;
  clock: Clock;
  /** Ends the login, which then rejects with the signal's reason. */
  signal: AbortSignal;
  onPrompt: (prompt: DevicePrompt) => void;
  /** Called before each wait for the person, with the time left. */
  onWait?: (leftMs: number) => void;
  /** Told the secrets that the service gives. */
  learn?: Secrets["learn"];
}

/** Of the secrets, until somebody keeps the login. */
const owner = "new login";
const grantType = "urn:ietf:params:oauth:grant-type:device_code";
const registration = {
  clientName: "aqbridge",
  clientType: "public",
  scopes: ["codewhisperer:completions", "codewhisperer:analysis", "codewhisperer:conversations"],
};

/**
 * Signs a person in with a code that they confirm in a browser (RFC 8628 as AWS SSO OIDC speaks it, contract 6.5).
 * Rejects with `login` when they decline or let the code expire.
 */
export async function deviceLogin(options: DeviceLoginOptions): Promise<DeviceLogin> {
  const { service, startUrl, region, clock, signal, onPrompt, learn = () => {} } = options;
  const post: Post = (path, body) =>
    postJson(`${service.endpoint(region)}${path}`, body, {
      ...service,
      addressee: "Amazon's login service",
      clock,
      signal,
    });
  const registered = await ask(post, "/client/register", registration, Registration);
  const { clientId, clientSecret, clientSecretExpiresAt } = registered;
  const client = { clientId, clientSecret };
  learn(owner, [clientSecret]);
  const startedAt = clock.steady();
  const authorized = await ask(post, "/device_authorization", { ...client, startUrl }, Authorization);
  const { deviceCode, userCode, verificationUri, verificationUriComplete } = authorized;
  learn(owner, [deviceCode]);
  onPrompt({
    userCode,
    verificationUri,
    verificationUriComplete: verificationUriComplete ?? verificationUri,
  });
  const redeem = () => ask(post, "/token", { ...client, grantType, deviceCode }, IssuedTokens);
  const { accessToken, refreshToken, expiresIn } = await poll(redeem, options, {
    intervalMs: 1000 * Math.max(1, authorized.interval ?? 5),
    expiresAt: startedAt + 1000 * authorized.expiresIn,
  });
  learn(owner, [accessToken, refreshToken]);
  return {
    ...client,
    refreshToken,
    accessToken,
    expiresIn,
    authMethod: kindAt(startUrl),
    region,
    startUrl,
    ...(clientSecretExpiresAt && {
      clientSecretExpiresAt: new Date(1000 * clientSecretExpiresAt).toISOString(),
    }),
  };
}

const slowDownMs = 5_000;

/** Asks until the person has decided. Failures that may pass are waited out like a request to slow down. */
async function poll<T>(
  redeem: () => Promise<T>,
  { clock, signal, onWait }: DeviceLoginOptions,
  { intervalMs, expiresAt }: { intervalMs: number; expiresAt: number },
): Promise<T> {
  let pauseMs = intervalMs;
  for (;;) {
    const leftMs = expiresAt - clock.steady();
    onWait?.(leftMs);
    await sleep(clock, Math.min(pauseMs, leftMs), signal);
    if (clock.steady() >= expiresAt) throw refusal("expired_token");
    try {
      return await redeem();
    } catch (error) {
      const { kind, code } = BridgeError.from(error);
      if (signal.aborted || (kind !== "busy" && code !== "authorization_pending")) throw error;
      if (code !== "authorization_pending") pauseMs += slowDownMs;
    }
  }
}

// What is stored or sent as a header, and what is shown on a terminal, holds no blanks and no control characters.
const token = Type.String({ pattern: "^[\\x21-\\x7e]+$" });
const page = Type.String({ pattern: "^https://[\\x21-\\x7e]+$", maxLength: 2_000 });
const seconds = Type.Number({ exclusiveMinimum: 0, maximum: 1e10 });

/** The answer of `/client/register` (contract 6.5). */
const Registration = open({
  clientId: token,
  clientSecret: token,
  /** Seconds since the epoch; 0 for a secret that does not expire. */
  clientSecretExpiresAt: optional(Type.Number({ minimum: 0, maximum: 1e10 })),
});

/** The answer of `/device_authorization`. */
const Authorization = open({
  deviceCode: token,
  userCode: Type.String({ pattern: "^[A-Za-z0-9-]{1,40}$" }),
  verificationUri: page,
  verificationUriComplete: optional(page),
  expiresIn: seconds,
  interval: optional(Type.Number({ minimum: 0, maximum: 60 })),
});

/** The answer of `/token` to a device code. */
const IssuedTokens = open({ accessToken: token, refreshToken: token, expiresIn: seconds });

type Post = (path: string, body: JsonObject) => Promise<OidcAnswer>;

async function ask<Schema extends TSchema>(
  post: Post,
  path: string,
  body: JsonObject,
  schema: Schema,
): Promise<Static<Schema>> {
  const { status, text } = await post(path, body);
  const answer = parseJsonObject(text) ?? {};
  if (status !== 200) throw refusal(errorIn(answer), status);
  if (Value.Check(schema, answer)) return answer;
  throw new BridgeError("protocol", "Amazon's login service sent an answer without a valid login.");
}

const again = "run `aqbridge login` to try again";
const endings: ReadonlyMap<string, string> = new Map([
  ["expired_token", `The code expired before it was confirmed; ${again}.`],
  ["access_denied", `The login was declined in the browser; ${again}.`],
]);

/** `busy` for a failure that may pass; the code of any other is the service's own name for it. */
function refusal(error: string, status = 400): BridgeError {
  const ending = endings.get(error);
  if (ending !== undefined) return new BridgeError("login", ending, { code: error });
  const said = `${status}${error && ` ${error}`}`;
  if (isPassing(status) || error === "slow_down")
    return new BridgeError("busy", `Amazon's login service is overloaded (${said}); ${again}.`);
  return new BridgeError(
    "upstream",
    `Amazon's login service refused the login (${said}); check --start-url and --region.`,
    { code: error },
  );
}
