import type { Fetch } from "../http/fetch.ts";
import { connectionFailure } from "./response/connection.ts";

/** As `fetch`, but rejects with the signal's reason once that has aborted, else with a BridgeError that says what failed. */
export const send = (
  fetch: Fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> =>
  fetch(url, init).catch((error: unknown) => {
    throw init.signal.aborted ? init.signal.reason : connectionFailure(error);
  });
