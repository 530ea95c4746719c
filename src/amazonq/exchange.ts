import type { AccessToken } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import { refusalOf, type ServiceAccess, signedHeaders } from "./operation.ts";
import type { Prepared } from "./prepared.ts";
import { send } from "./send.ts";

export interface ExchangeOptions extends ServiceAccess {
  /** Whether to ask Amazon not to keep the content. */
  optsOutOfSharing: () => Promise<boolean>;
}

/** A request and the token that it is sent with. */
export interface Attempt {
  token: AccessToken;
  prepared: Prepared;
}

const eventStreamType = "application/vnd.amazon.eventstream";

/** Posts a request in the service's REST form (contract 1.2 B). Resolves to an answer of events, rejects for any other. */
export async function exchange(
  options: ExchangeOptions,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Response> {
  const response = await post(options, attempt, signal);
  if (!response.ok) throw await refusalOf(response, options.mask, attempt.prepared.window);
  if (!isEventStream(response)) throw await impostor(response);
  return response;
}

async function post(
  options: ExchangeOptions,
  { token, prepared: { body, context } }: Attempt,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    accept: eventStreamType,
    ...signedHeaders(token, options),
    "content-type": "application/json",
    "x-amzn-codewhisperer-optout": String(await options.optsOutOfSharing()),
  };
  const url = `${options.endpoint(context.profileArn)}/generateAssistantResponse`;
  return send(options.fetch, url, { method: "POST", headers, body, signal });
}

/** A 204 has neither body nor type; it is an empty answer of the service's own. */
const isEventStream = ({ status, headers }: Response): boolean =>
  status === 204 || (headers.get("content-type") ?? "").startsWith(eventStreamType);

/** A captive portal or a proxy may answer 200 with a page of its own. */
async function impostor(response: Response): Promise<BridgeError> {
  await response.body?.cancel();
  return new BridgeError(
    "protocol",
    "Something between here and Amazon Q answered in its place; check the proxy and the network.",
    {
      code: "upstream_protocol_error",
      cause: new Error(`content-type ${response.headers.get("content-type") || "missing"}`),
    },
  );
}
