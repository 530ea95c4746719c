import type { BridgeError, ErrorKind } from "../../errors.ts";
import { openaiStatus } from "../openai/errors.ts";

/** Those that Codex stops at: it asks five times again at a 402 and at a 404, as Chat Completions have them. */
const ownStatuses: Partial<Record<ErrorKind, number>> = { quota: 429, model: 400 };

export const responsesStatus = (error: BridgeError): number => ownStatuses[error.kind] ?? openaiStatus(error);

/**
 * Codes that clients know, and Codex goes by: it stops at a full context, a quota and an invalid prompt, and asks again
 * at the others. At OpenAI's `server_is_overloaded` it would stop too, though the service has room again in a moment.
 */
const failureCodes = {
  "invalid-request": "invalid_prompt",
  "context-length": "context_length_exceeded",
  "too-large": "context_length_exceeded",
  "request-timeout": "invalid_prompt",
  "unsupported-media-type": "invalid_prompt",
  authentication: "invalid_prompt",
  forbidden: "invalid_prompt",
  permission: "invalid_prompt",
  login: "invalid_prompt",
  "not-found": "invalid_prompt",
  "method-not-allowed": "invalid_prompt",
  model: "invalid_prompt",
  "rate-limit": "rate_limit_exceeded",
  quota: "insufficient_quota",
  overloaded: "server_error",
  busy: "server_error",
  timeout: "server_error",
  unreachable: "server_error",
  protocol: "server_error",
  upstream: "server_error",
  internal: "server_error",
} as const satisfies Record<ErrorKind, string>;

/** What a response says of its failure. */
export const responseError = (error: BridgeError) => ({
  code: failureCodes[error.kind],
  message: `${error.message}${waitInWords(error)}`,
});

/** There is no header any more to say it in; Codex reads it out of the words. */
const waitInWords = ({ kind, retryAfterSeconds }: BridgeError): string =>
  kind === "rate-limit" && retryAfterSeconds !== undefined
    ? ` Please try again in ${retryAfterSeconds}s.`
    : "";
