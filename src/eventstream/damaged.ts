import { BridgeError } from "../errors.ts";

/** The failure of a byte stream that breaks the event-stream format; `what` goes to the log alone. */
export const damaged = (what: string, cause?: unknown) =>
  new BridgeError("protocol", "Amazon Q's answer arrived damaged or cut short; send the request again.", {
    code: "upstream_protocol_error",
    cause: new Error(`event stream: ${what}`, { cause }),
  });
