import type { BridgeError, ErrorKind } from "../../errors.ts";
import { openaiStatus } from "../openai/errors.ts";

/** Statuses that Codex stops at: after a 402 or a 404, as Chat Completions have them, it asks five more times. */
const ownStatuses: Partial<Record<ErrorKind, number>> = { quota: 429, model: 400 };

export const responsesStatus = (error: BridgeError): number => ownStatuses[error.kind] ?? openaiStatus(error);

/**
 * Codes that clients know and Codex acts on: it stops at a full context, a quota and an invalid prompt, and asks again at
 * the others. It would stop at OpenAI's `server_is_overloaded` too, though the service soon has room again.
 */
const ownCodes: Partial<Record<ErrorKind, string>> = {
  "context-length": "context_length_exceeded",
  "too-large": "context_length_exceeded",
  "rate-limit": "rate_limit_exceeded",
  quota: "insufficient_quota",
};

/** What a response says of its failure. */
export const responseError = (error: BridgeError) => ({
  code: ownCodes[error.kind] ?? (openaiStatus(error) < 500 ? "invalid_prompt" : "server_error"),
  message: `${error.message}${waitInWords(error)}`,
});

/** It is too late for a header; Codex reads the wait from the message. */
const waitInWords = ({ kind, retryAfterSeconds }: BridgeError): string =>
  kind === "rate-limit" && retryAfterSeconds !== undefined
    ? ` Please try again in ${retryAfterSeconds}s.`
    : "";
