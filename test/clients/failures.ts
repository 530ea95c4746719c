import type { ScriptedHttpAnswer } from "../../src/simulator/script.ts";
import { refusal } from "../support/script.ts";

export interface FailureCase {
  /** Rows of the catalogue of failures, and what tells this case from its neighbours. */
  row: string;
  answer: ScriptedHttpAnswer;
  openai: readonly [status: number, type: string, code: string | null];
  anthropic: readonly [status: number, type: string];
  /** Seconds; only for failures that pass by themselves. */
  retryAfter?: number;
}

const capacity = {
  openai: [503, "server_error", "server_overloaded"],
  anthropic: [529, "overloaded_error"],
  retryAfter: 5,
} as const;
const invalid = {
  openai: [400, "invalid_request_error", null],
  anthropic: [400, "invalid_request_error"],
} as const;
const overflow = {
  openai: [400, "invalid_request_error", "context_length_exceeded"],
  anthropic: [400, "invalid_request_error"],
} as const;
const quota = {
  openai: [402, "insufficient_quota", "insufficient_quota"],
  anthropic: [402, "billing_error"],
} as const;
/** Of a day or an hour. */
const window = {
  openai: [402, "usage_limit_reached", "usage_limit_reached"],
  anthropic: [402, "billing_error"],
} as const;
const forbidden = {
  openai: [403, "permission_error", "permission_denied"],
  anthropic: [403, "permission_error"],
} as const;
const login = {
  openai: [403, "permission_error", "login_required"],
  anthropic: [403, "permission_error"],
} as const;
const throttled = {
  openai: [429, "rate_limit_error", "rate_limit_exceeded"],
  anthropic: [429, "rate_limit_error"],
} as const;
const fault = {
  openai: [500, "server_error", "upstream_error"],
  anthropic: [500, "api_error"],
} as const;

const validation = (message: string, reason: string | null = null) =>
  refusal(400, "ValidationException", message, reason);
const burst = "Too many requests, please wait before trying again.";
const throttling = (headers: Readonly<Record<string, string>>, body: unknown): ScriptedHttpAnswer => ({
  status: 429,
  headers,
  body,
});

/** The catalogue of the service's refusals, and what each must be to a client. */
export const failures: readonly FailureCase[] = [
  { row: "E1", answer: validation("Improperly formed request."), ...invalid },
  {
    row: "E1 with reason",
    answer: validation("Improperly formed request.", "REQUEST_BODY_INVALID"),
    ...invalid,
  },
  { row: "E2", answer: validation("The body is not JSON.", "REQUEST_BODY_INVALID_JSON"), ...invalid },
  { row: "E3", answer: validation("Input is too long.", "CONTENT_LENGTH_EXCEEDS_THRESHOLD"), ...overflow },
  { row: "E3 by text", answer: validation("Input content length exceeds threshold."), ...overflow },
  { row: "E4", answer: validation("Context limit exceeded unexpectedly", "PROMPT_TOO_LONG"), ...overflow },
  {
    row: "E5",
    answer: { status: 413, body: "<html>too large</html>" },
    openai: [413, "invalid_request_error", "context_length_exceeded"],
    anthropic: [413, "request_too_large"],
  },
  {
    row: "E5 of the newer front end",
    answer: {
      status: 400,
      body: {
        error: {
          code: "validation_error",
          message: "Failed to buffer the request body: length limit exceeded",
          param: null,
          type: "invalid_request_error",
        },
      },
    },
    openai: [413, "invalid_request_error", "context_length_exceeded"],
    anthropic: [413, "request_too_large"],
  },
  {
    row: "E6",
    answer: validation("Invalid model. Please select a different model to continue.", "INVALID_MODEL_ID"),
    openai: [404, "invalid_request_error", "model_not_found"],
    anthropic: [404, "not_found_error"],
  },
  {
    row: "E6 without its reason",
    answer: validation("Invalid model. Please select a different model to continue."),
    openai: [404, "invalid_request_error", "model_not_found"],
    anthropic: [404, "not_found_error"],
  },
  {
    row: "E7",
    answer: validation("profileArn is required for this request."),
    openai: [400, "invalid_request_error", "profile_required"],
    anthropic: [400, "invalid_request_error"],
  },
  { row: "E8", answer: validation("Invalid profileArn"), ...forbidden },
  { row: "E8 as 403", answer: refusal(403, "AccessDeniedException", "Invalid token"), ...forbidden },
  { row: "E9", answer: validation("Pairing is broken.", "TOOL_USE_RESULT_MISMATCH"), ...invalid },
  { row: "E10", answer: validation("Invalid tool use format.", "TOOL_SCHEMA_INVALID"), ...invalid },
  { row: "E11", answer: validation("Tools are missing.", "TOOL_CONFIG_MISSING"), ...invalid },
  { row: "E12", answer: validation("Two tools share a name.", "TOOL_DUPLICATE"), ...invalid },
  {
    row: "E13",
    answer: validation("Invalid signature in thinking block", "THINKING_SIGNATURE_INVALID"),
    ...invalid,
  },
  { row: "E14", answer: validation("image exceeds 5 MB maximum", "IMAGE_SIZE_EXCEEDED"), ...invalid },
  { row: "E15", answer: validation("No documents.", "DOCUMENT_MODEL_NOT_SUPPORTED"), ...invalid },
  { row: "E16", answer: validation("Invalid conversation.", "INVALID_CONVERSATION_ID"), ...invalid },
  {
    row: "E17",
    answer: validation(
      "The request could not be processed due to an internal validation error. Please try again.",
    ),
    ...fault,
  },
  { row: "E18", answer: { status: 401 }, ...login },
  {
    row: "E18 as 403",
    answer: refusal(403, "AccessDeniedException", "The bearer token included in the request is invalid."),
    ...login,
  },
  { row: "E18 worded like E8", answer: refusal(401, "AccessDeniedException", "Invalid token"), ...login },
  { row: "E18 by name", answer: refusal(403, "ExpiredTokenException", "Expired."), ...login },
  { row: "E18 by its short name", answer: refusal(403, "ExpiredToken", "Expired."), ...login },
  {
    row: "E19",
    answer: refusal(403, "AccessDeniedException", "User is not authorized to make this call."),
    ...forbidden,
  },
  {
    row: "E20",
    answer: refusal(
      403,
      "AccessDeniedException",
      "Your User ID (d-123.abc) temporarily is suspended.",
      "TEMPORARILY_SUSPENDED",
    ),
    openai: [403, "permission_error", "account_suspended"],
    anthropic: [403, "permission_error"],
  },
  {
    row: "E21",
    answer: refusal(403, "AccessDeniedException", "Not with this plan.", "FEATURE_NOT_SUPPORTED"),
    ...forbidden,
  },
  {
    row: "E22",
    answer: refusal(
      402,
      "ServiceQuotaExceededException",
      "You have reached the limit.",
      "MONTHLY_REQUEST_COUNT",
    ),
    ...quota,
  },
  {
    row: "E22 hidden in a 429",
    answer: refusal(429, "ThrottlingException", "You have reached the limit.", "MONTHLY_REQUEST_COUNT"),
    ...quota,
  },
  {
    row: "E22 hidden in a 400",
    answer: refusal(400, "ThrottlingException", "You have reached the limit.", "MONTHLY_REQUEST_COUNT"),
    ...quota,
  },
  {
    row: "E23",
    answer: refusal(
      402,
      "ServiceQuotaExceededException",
      "You have reached the limit for overages.",
      "OVERAGE_REQUEST_LIMIT_EXCEEDED",
    ),
    ...quota,
  },
  {
    row: "E24",
    answer: refusal(429, "ThrottlingException", "Enough for today.", "DAILY_REQUEST_COUNT"),
    ...window,
  },
  { row: "E25", answer: validation("Too many turns.", "CONVERSATION_LIMIT_EXCEEDED"), ...invalid },
  { row: "E26", answer: refusal(429, "ThrottlingException", burst), ...throttled, retryAfter: 5 },
  {
    row: "E26 with the type in a header",
    answer: throttling(
      { "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/" },
      { Message: burst },
    ),
    ...throttled,
    retryAfter: 5,
  },
  { row: "E26 without a type", answer: throttling({}, { message: burst }), ...throttled, retryAfter: 5 },
  { row: "E26 without JSON", answer: throttling({}, "<html>slow down</html>"), ...throttled, retryAfter: 5 },
  { row: "E26 without a body", answer: { status: 429 }, ...throttled, retryAfter: 5 },
  {
    row: "E26 with a time to wait",
    answer: throttling({ "retry-after": "2" }, { message: burst }),
    ...throttled,
    retryAfter: 2,
  },
  {
    row: "E26 with an hour to wait",
    answer: throttling({ "retry-after": "3600" }, { message: burst }),
    ...throttled,
    retryAfter: 60,
  },
  {
    row: "E26 with nonsense to wait",
    answer: throttling({ "retry-after": "soon" }, { message: burst }),
    ...throttled,
    retryAfter: 5,
  },
  {
    row: "E27",
    answer: refusal(429, "ThrottlingException", "60-minute credit limit exceeded"),
    ...window,
  },
  {
    row: "E28",
    answer: refusal(
      429,
      "ThrottlingException",
      "I am experiencing high traffic, please try again shortly.",
      "INSUFFICIENT_MODEL_CAPACITY",
    ),
    ...capacity,
  },
  {
    row: "E29",
    answer: refusal(
      500,
      "InternalServerException",
      "Encountered unexpectedly high load when processing the request, please try again.",
    ),
    ...capacity,
  },
  {
    row: "E30",
    answer: refusal(
      500,
      "InternalServerException",
      "The selected model is currently unavailable.",
      "MODEL_TEMPORARILY_UNAVAILABLE",
    ),
    ...capacity,
  },
  { row: "E31", answer: refusal(500, "InternalServerException", "Oh."), ...fault },
  { row: "E32", answer: { status: 502, body: "<html>bad gateway</html>" }, ...capacity },
  { row: "E32 as 503", answer: refusal(503, "ServiceUnavailableException", "Later."), ...capacity },
  { row: "E32 as 504", answer: { status: 504 }, ...capacity },
  {
    row: "E32 hidden in a 500",
    answer: { status: 500, body: { message: "ServiceUnavailableException: null" } },
    ...capacity,
  },
  { row: "E33", answer: refusal(404, "UnknownOperationException", "What?"), ...fault },
  {
    row: "E34",
    answer: refusal(409, "ConflictException", "The key is off.", "CUSTOMER_KMS_KEY_DISABLED"),
    ...forbidden,
  },
  { row: "E35", answer: { status: 422, body: { message: "Empty content." } }, ...invalid },
];
