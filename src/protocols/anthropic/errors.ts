import type { ErrorType } from "@anthropic-ai/sdk/resources/shared";
import type { BridgeError, ErrorKind } from "../../errors.ts";

interface AnthropicForm {
  status: number;
  type: ErrorType | "request_too_large";
}

const forms = {
  "invalid-request": { status: 400, type: "invalid_request_error" },
  "context-length": { status: 400, type: "invalid_request_error" },
  "too-large": { status: 413, type: "request_too_large" },
  "request-timeout": { status: 408, type: "invalid_request_error" },
  "unsupported-media-type": { status: 415, type: "invalid_request_error" },
  authentication: { status: 401, type: "authentication_error" },
  forbidden: { status: 403, type: "permission_error" },
  permission: { status: 403, type: "permission_error" },
  // A 401 makes Claude Code retry for three minutes and blame the user's key to the bridge.
  login: { status: 403, type: "permission_error" },
  "not-found": { status: 404, type: "not_found_error" },
  "method-not-allowed": { status: 405, type: "not_found_error" },
  model: { status: 404, type: "not_found_error" },
  "rate-limit": { status: 429, type: "rate_limit_error" },
  quota: { status: 402, type: "billing_error" },
  overloaded: { status: 529, type: "overloaded_error" },
  busy: { status: 529, type: "overloaded_error" },
  timeout: { status: 504, type: "timeout_error" },
  unreachable: { status: 502, type: "api_error" },
  protocol: { status: 502, type: "api_error" },
  upstream: { status: 500, type: "api_error" },
  internal: { status: 500, type: "api_error" },
} as const satisfies Record<ErrorKind, AnthropicForm>;

export const anthropicStatus = (error: BridgeError): number => forms[error.kind].status;

/** The body of a failed request. */
export const anthropicErrorBody = (error: BridgeError, requestId: string, kind = error.kind) => ({
  type: "error" as const,
  error: { type: forms[kind].type, message: error.message, ...(refusesThread(error) && withoutThread) },
  request_id: requestId,
});

/** The data of an `error` event. At a `rate_limit_error` in mid-answer Claude Code would give its task up. */
export const anthropicErrorEvent = (error: BridgeError, requestId: string) =>
  anthropicErrorBody(error, requestId, error.kind === "rate-limit" ? "overloaded" : error.kind);

const refusesThread = ({ code, param }: BridgeError) =>
  code === "unsupported_parameter" && param === "thread";

/** The SDK's tool runner first asks for a thread on the server, and goes on without one when refused with these details. */
const withoutThread = { details: { error_code: "thread_unsupported_request", unsupported: ["thread"] } };
