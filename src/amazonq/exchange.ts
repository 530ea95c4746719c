import type { AccessToken } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import type { Mask } from "../secrets/secrets.ts";
import type { Prepared } from "./prepared.ts";
import { classify } from "./response/exceptions.ts";
import { readFailure } from "./response/failure.ts";
import { send } from "./send.ts";

export interface ExchangeOptions {
  fetch: Fetch;
  /** Base URL that serves a profile; undefined stands for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Takes out of what the service says what must not be seen. */
  mask: Mask;
  /** Whether Amazon is asked not to keep what is said. */
  optsOutOfSharing: () => Promise<boolean>;
}

/** A request and the token that it is sent with. */
export interface Attempt {
  token: AccessToken;
  prepared: Prepared;
}

const eventStreamType = "application/vnd.amazon.eventstream";

/** Posts a request in the service's REST form (contract 1.2 B) and resolves to an answer of events; rejects with any other. */
export async function exchange(
  options: ExchangeOptions,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Response> {
  const response = await post(options, attempt, signal);
  if (!response.ok) throw await refusalOf(response, attempt, options.mask);
  if (!isEventStream(response)) throw await impostor(response);
  return response;
}

async function post(
  { fetch, endpoint, userAgent, optsOutOfSharing }: ExchangeOptions,
  { token, prepared: { body, context } }: Attempt,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    accept: eventStreamType,
    "accept-encoding": "identity",
    authorization: `Bearer ${token.value}`,
    "content-type": "application/json",
    ...(token.type && { tokentype: token.type }),
    "user-agent": userAgent,
    "x-amzn-codewhisperer-optout": String(await optsOutOfSharing()),
  };
  const url = `${endpoint(context.profileArn)}/generateAssistantResponse`;
  return send(fetch, url, { method: "POST", headers, body, signal });
}

const refusalOf = async (response: Response, { prepared }: Attempt, mask: Mask): Promise<BridgeError> =>
  classify(await readFailure(response), { ...prepared.window, mask });

/** A 204 has neither body nor type: it is the service's, and empty. */
const isEventStream = ({ status, headers }: Response): boolean =>
  status === 204 || (headers.get("content-type") ?? "").startsWith(eventStreamType);

/** A captive portal or a proxy may answer 200 with a page of its own. */
async function impostor(response: Response): Promise<BridgeError> {
  await response.body?.cancel();
  return new BridgeError(
    "protocol",
    "Something between here and Amazon Q answered in its place; check proxy and network.",
    {
      code: "upstream_protocol_error",
      cause: new Error(`content-type ${response.headers.get("content-type") || "missing"}`),
    },
  );
}
