import type { AccessToken } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import type { Prepared } from "./prepared.ts";
import type { RepairName } from "./repair.ts";
import { ruleFor } from "./response/catalogue.ts";
import { classify } from "./response/exceptions.ts";
import { readFailure } from "./response/failure.ts";
import { send } from "./send.ts";

export interface ExchangeOptions {
  fetch: Fetch;
  /** Base URL that serves a profile; undefined stands for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Whether Amazon is asked not to keep what is said. */
  optsOutOfSharing: () => Promise<boolean>;
}

/** A request and the token that it is sent with. */
export interface Attempt {
  token: AccessToken;
  prepared: Prepared;
}

/** What the service answers instead of events. */
export interface Refusal {
  error: BridgeError;
  /** With which the same request may be taken. */
  repair: RepairName | undefined;
}

const eventStreamType = "application/vnd.amazon.eventstream";

/** Posts a request in the service's REST form (contract 1.2 B). Rejects when there is no answer, or none of the service's. */
export async function exchange(
  options: ExchangeOptions,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Response | Refusal> {
  const response = await post(options, attempt, signal);
  return response.status === 200 ? eventStream(response) : refusalOf(response, attempt);
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
    "user-agent": userAgent,
    "x-amzn-codewhisperer-optout": String(await optsOutOfSharing()),
  };
  const url = `${endpoint(context.profileArn)}/generateAssistantResponse`;
  return send(fetch, url, { method: "POST", headers, body, signal });
}

async function refusalOf(response: Response, { token, prepared }: Attempt): Promise<Refusal> {
  const failure = await readFailure(response);
  return {
    error: classify(failure, { ...prepared.window, secrets: [token.value] }),
    repair: ruleFor(failure).repair,
  };
}

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
