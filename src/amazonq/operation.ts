import type { AccessToken, TokenSource } from "../auth/token-source.ts";
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

/** How the service is reached, whatever it is asked. */
export interface ServiceAccess {
  fetch: Fetch;
  /** Base URL that serves a profile; undefined stands for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Takes out of what the service says what must not be seen. */
  mask: Mask;
}

export interface ReadingOptions extends ServiceAccess {
  tokens: Pick<TokenSource, "get">;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
}

/** What every request says, besides what its operation wants. */
export const signedHeaders = (token: AccessToken, { userAgent }: Pick<ServiceAccess, "userAgent">) => ({
  "accept-encoding": "identity",
  authorization: `Bearer ${token.value}`,
  ...(token.type && { tokentype: token.type }),
  "user-agent": userAgent,
});

/** Of a request that holds no conversation. */
const noWindow: WindowUse = { inputTokens: 0, contextWindow: 0 };

/** What an answer other than the one hoped for says. */
export const refusalOf = async (
  response: Response,
  mask: Mask,
  window: WindowUse = noWindow,
): Promise<ServiceError> => classify(await readFailure(response), { ...window, mask });

/** Of an answer that is read as a whole. */
const maxBytes = 1024 * 1024;

/** The answer of an operation that only tells something, by GET; undefined when it is no JSON object or too large. */
export async function readOperation(
  name: string,
  parameters: Readonly<Record<string, string>>,
  { token, options }: { token: AccessToken; options: ReadingOptions },
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const profileArn = options.profileArn ?? token.profileArn;
  const query = new URLSearchParams({ origin, ...parameters, ...(profileArn && { profileArn }) });
  const headers = { accept: "application/json", ...signedHeaders(token, options) };
  const url = `${options.endpoint(profileArn)}/${name}?${query}`;
  const response = await send(options.fetch, url, { headers, signal });
  if (response.status !== 200) throw await refusalOf(response, options.mask);
  return parseJsonObject((await boundedText(response, maxBytes)) ?? "");
}
