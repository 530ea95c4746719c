import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { boundedText } from "../http/bounded-text.ts";
import type { JsonObject } from "../json.ts";
import { type OidcService, unavailable } from "./oidc-request.ts";

/** How the login service is reached for a login. */
export type DeviceService = Pick<OidcService, "endpoint" | "fetch" | "userAgent" | "timeoutMs">;

export interface DeviceRequestOptions {
  service: DeviceService;
  region: string;
  clock: Clock;
  /** Ends a request under way, which then rejects with the signal's reason. */
  signal: AbortSignal;
}

export interface DeviceAnswer {
  status: number;
  text: string;
}

/** Posts JSON to the login service. Rejects with `busy` when there is no answer, `protocol` when it is too long. */
export type PostDevice = (path: string, body: JsonObject) => Promise<DeviceAnswer>;

const maxAnswerBytes = 65_536;

export function devicePoster({ service, region, clock, signal }: DeviceRequestOptions): PostDevice {
  const { endpoint, fetch, userAgent, timeoutMs } = service;
  return async (path, body) => {
    const deadline = new AbortController();
    const cancelDeadline = clock.after(timeoutMs, () => deadline.abort());
    try {
      const response = await fetch(`${endpoint(region)}${path}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "accept-encoding": "identity",
          "user-agent": userAgent,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      const text = await boundedText(response, maxAnswerBytes);
      if (text === undefined)
        throw new BridgeError("protocol", "Amazon's login service answered at too great a length.");
      return { status: response.status, text };
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      if (cause instanceof BridgeError) throw cause;
      const what = deadline.signal.aborted ? "did not answer in time" : "cannot be reached";
      throw unavailable(`Amazon's login service ${what}; check the network and try again.`, { cause });
    } finally {
      cancelDeadline();
    }
  };
}
