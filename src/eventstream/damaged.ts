import { BridgeError, type Severity } from "../errors.ts";

/** The failure of a byte stream that violates the event-stream format; `what` goes to the log only. */
export const damaged = (what: string, cause?: unknown) => broken("error", what, cause);

/** The failure of a byte stream that may be sound as far as it got, as when the connection was lost. */
export const cutShort = (what: string) => broken("warn", what);

const broken = (severity: Severity, what: string, cause?: unknown) =>
  new BridgeError(
    "protocol",
    "Amazon Q's answer arrived damaged or cut short; check network and proxy before sending the request again.",
    {
      code: "upstream_protocol_error",
      severity,
      cause: new Error(`event stream: ${what}`, { cause }),
    },
  );
