import type { BridgeError, ErrorKind } from "../../errors.ts";

interface OpenAIForm {
  status: number;
  type: string;
  /** For errors without a code of their own. */
  code: string | null;
}

const forms = {
  "invalid-request": { status: 400, type: "invalid_request_error", code: null },
  "context-length": { status: 400, type: "invalid_request_error", code: "context_length_exceeded" },
  "too-large": { status: 413, type: "invalid_request_error", code: "request_too_large" },
  "request-timeout": { status: 408, type: "invalid_request_error", code: "request_timeout" },
  "unsupported-media-type": { status: 415, type: "invalid_request_error", code: "unsupported_content_type" },
  authentication: { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
  forbidden: { status: 403, type: "permission_error", code: "forbidden" },
  permission: { status: 403, type: "permission_error", code: "permission_denied" },
  login: { status: 403, type: "permission_error", code: "login_required" },
  "not-found": { status: 404, type: "invalid_request_error", code: "not_found" },
  "method-not-allowed": { status: 405, type: "invalid_request_error", code: "method_not_allowed" },
  model: { status: 404, type: "invalid_request_error", code: "model_not_found" },
  "rate-limit": { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" },
  quota: { status: 402, type: "insufficient_quota", code: "insufficient_quota" },
  overloaded: { status: 503, type: "server_error", code: "server_overloaded" },
  busy: { status: 503, type: "server_error", code: "server_busy" },
  timeout: { status: 504, type: "server_error", code: "upstream_timeout" },
  unreachable: { status: 502, type: "server_error", code: "upstream_unreachable" },
  protocol: { status: 502, type: "server_error", code: "upstream_protocol_error" },
  upstream: { status: 500, type: "server_error", code: "upstream_error" },
  internal: { status: 500, type: "server_error", code: "internal_error" },
} as const satisfies Record<ErrorKind, OpenAIForm>;

export const openaiStatus = (error: BridgeError): number => forms[error.kind].status;

/** The body of a failed request, and the data of the chunk that ends a broken stream. */
export function openaiErrorBody({ kind, message, param, code }: BridgeError) {
  const form = forms[kind];
  // OpenAI's type says which quota it is; Codex tells by it whether to wait or to look at the plan.
  const type = kind === "quota" && code !== undefined ? code : form.type;
  return { error: { message, type, param: param ?? null, code: code ?? form.code } };
}
