import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import { boundedText } from "../http/bounded-text.ts";
import type { Fetch } from "../http/fetch.ts";
import { type JsonObject, parseJsonObject } from "../json.ts";
import type { Mask } from "../secrets/secrets.ts";
import type { WindowUse } from "./context-window.ts";
import { origin } from "./endpoint.ts";
import type { ServiceError } from "./recovery/service-error.ts";
import { classify } from "./response/exceptions.ts";
import { readFailure } from "./response/failure.ts";
import { send } from "./send.ts";

/** What any request to the service needs. */
export interface ServiceAccess {
  fetch: Fetch;
  /** Base URL for a profile, or for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Removes from the service's words what nobody may see. */
  mask: Mask;
}

export interface ReadingOptions extends ServiceAccess {
  tokens: Pick<TokenSource, "get" | "renew">;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
}

/** The headers that every request has, whatever its operation. */
export const signedHeaders = (token: AccessToken, { userAgent }: Pick<ServiceAccess, "userAgent">) => ({
  "accept-encoding": "identity",
  authorization: `Bearer ${token.value}`,
  ...(token.type && { tokentype: token.type }),
  "user-agent": userAgent,
});

/** For requests without a conversation. */
const noWindow: WindowUse = { inputTokens: 0, contextWindow: 0 };

/** The failure that an unsuccessful answer describes. */
export const refusalOf = async (
  response: Response,
  mask: Mask,
  window: WindowUse = noWindow,
): Promise<ServiceError> => classify(await readFailure(response), { ...window, mask });

/** What `ask` resolves to with the login's token, or with another one if the service refuses that. */
export async function withToken<T>(
  tokens: Pick<TokenSource, "get" | "renew">,
  signal: AbortSignal,
  ask: (token: AccessToken) => Promise<T>,
): Promise<T> {
  const token = await tokens.get(signal);
  return ask(token).catch(async (error: unknown) => {
    if (!(error instanceof BridgeError) || error.kind !== "login") throw error;
    // A key has no successor; to rule it out here would end answers too, which may well accept it.
    if (token.type === "API_KEY") throw error;
    return ask(await tokens.renew(token, signal));
  });
}

/** Of an answer that is read into memory. */
const maxBytes = 1024 * 1024;

/** The answer of a read-only operation, by GET; undefined when it is too large or not a JSON object. */
export const readOperation = (
  name: string,
  parameters: Readonly<Record<string, string>>,
  options: ReadingOptions,
  signal: AbortSignal,
): Promise<JsonObject | undefined> =>
  withToken(options.tokens, signal, async (token) => {
    const profileArn = options.profileArn ?? token.profileArn;
    const query = new URLSearchParams({ origin, ...parameters, ...(profileArn && { profileArn }) });
    const headers = { accept: "application/json", ...signedHeaders(token, options) };
    const url = `${options.endpoint(profileArn)}/${name}?${query}`;
    const response = await send(options.fetch, url, { headers, signal });
    if (response.status !== 200) throw await refusalOf(response, options.mask);
    return parseJsonObject((await boundedText(response, maxBytes)) ?? "");
  });
