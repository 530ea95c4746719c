import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import { classify, type FailedRequest } from "./response/exceptions.ts";
import { connectionFailure, readFailure } from "./response/failure.ts";

export interface ExchangeOptions {
  fetch: Fetch;
  tokens: TokenSource;
  /** Base URL that serves a profile; undefined stands for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Whether Amazon is asked not to keep what is said. */
  optsOutOfSharing: () => Promise<boolean>;
}

export interface Exchange {
  token: AccessToken;
  body: string;
  profileArn: string | undefined;
  request: Omit<FailedRequest, "secrets">;
  signal: AbortSignal;
}

const eventStreamType = "application/vnd.amazon.eventstream";

/**
 * Posts a request in the service's REST form (contract 1.2 B) and gives the bytes of its answer. A token that the
 * service takes for stale is renewed once. Rejects with the failure that the service or the network tells.
 */
export async function exchange(options: ExchangeOptions, given: Exchange): Promise<Response> {
  const response = await post(options, given);
  if (response.status === 200) return eventStream(response);
  const failure = await failureOf(response, given);
  if (failure.kind !== "login") throw failure;

  const renewed = { ...given, token: await options.tokens.renew(given.token, given.signal) };
  const second = await post(options, renewed);
  if (second.status === 200) return eventStream(second);
  throw await failureOf(second, renewed);
}

async function post(
  { fetch, endpoint, userAgent, optsOutOfSharing }: ExchangeOptions,
  { token, body, profileArn, signal }: Exchange,
): Promise<Response> {
  const headers = {
    accept: eventStreamType,
    "accept-encoding": "identity",
    authorization: `Bearer ${token.value}`,
    "content-type": "application/json",
    "user-agent": userAgent,
    "x-amzn-codewhisperer-optout": String(await optsOutOfSharing()),
  };
  const url = `${endpoint(profileArn)}/generateAssistantResponse`;
  return fetch(url, { method: "POST", headers, body, signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : connectionFailure(error);
  });
}

const failureOf = async (response: Response, { token, request }: Exchange) =>
  classify(await readFailure(response), { ...request, secrets: [token.value] });

/** A captive portal or a proxy may answer 200 with a page of its own. */
async function eventStream(response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith(eventStreamType)) return response;
  await response.body?.cancel();
  throw new BridgeError(
    "protocol",
    "Something between here and Amazon Q answered in its place; check proxy and network.",
    {
      code: "upstream_protocol_error",
      cause: new Error(`content-type ${type}`),
    },
  );
}
