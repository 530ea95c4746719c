import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import { ProxyFailure, proxyAdvice } from "../http/proxy-failure.ts";
import { connectionFailure } from "./response/connection.ts";

/** Like `fetch`, but rejects with the signal's reason once aborted, else with a BridgeError that says what failed. */
export const send = (
  fetch: Fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> =>
  fetch(url, init).catch((error: unknown) => {
    if (init.signal.aborted) throw init.signal.reason;
    throw error instanceof ProxyFailure ? proxyError(error) : connectionFailure(error);
  });

/** Not retried: a proxy would refuse again. */
const proxyError = (failure: ProxyFailure): BridgeError =>
  new BridgeError("unreachable", proxyAdvice(failure, "Amazon Q"), { code: "proxy_error", cause: failure });
