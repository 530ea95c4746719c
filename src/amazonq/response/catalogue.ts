import type { ErrorKind, Severity } from "../../errors.ts";
import type { RetryClass } from "../recovery/retry.ts";
import type { RepairName } from "../recovery/service-error.ts";
import { any, type FailureTest, named, type ServiceFailure, says, status } from "./service-failure.ts";

/** How to report a failure and what to do about it. */
export interface Rule {
  applies: FailureTest;
  kind: ErrorKind;
  code?: string;
  severity?: Severity;
  /** What to tell the client; without it the service's own sentence is quoted. */
  advice?: string;
  /** Only for failures that the client is to retry after the bridge has; without it the client is told not to. */
  retryAfterSeconds?: number;
  /** How the bridge itself retries before the client hears of the failure. */
  retry?: RetryClass;
  repair?: RepairName;
}

const overflowTexts = [
  "CONTENT_LENGTH_EXCEEDS_THRESHOLD",
  "PROMPT_TOO_LONG",
  "Input is too long",
  "Input content length exceeds threshold",
  "Exceeded max chat context length",
  "prompt is too long",
  "Context limit exceeded",
] as const;

/**
 * The catalogue of contract 4.3, first match wins. Its order is that of 4.4: quota texts before the 429 rule, which
 * would hide them; overflow and capacity texts before the status; then reasons, exception names, statuses.
 */
const rules: readonly Rule[] = [
  {
    // E22, E23
    applies: says("MONTHLY_REQUEST_COUNT", "OVERAGE_REQUEST_LIMIT_EXCEEDED"),
    kind: "quota",
    code: "insufficient_quota",
    advice:
      "The Amazon Q plan's quota for this month is used up; it returns at the next reset, or with a bigger plan.",
  },
  {
    // E24; as a 429 it would be retried until tomorrow.
    applies: says("DAILY_REQUEST_COUNT"),
    kind: "quota",
    code: "usage_limit_reached",
    advice: "The Amazon Q plan's quota for today is used up; try again tomorrow.",
  },
  {
    // E3, E4
    applies: any(says(...overflowTexts), named("contentlengthexceeded")),
    kind: "context-length",
    code: "context_length_exceeded",
  },
  {
    // E5
    applies: any(status(413), says("length limit exceeded")),
    kind: "too-large",
    code: "context_length_exceeded",
    advice: "The request is larger than Amazon Q accepts; shorten the conversation or remove images.",
  },
  {
    // E28, E29, E30
    applies: says(
      "INSUFFICIENT_MODEL_CAPACITY",
      "MODEL_TEMPORARILY_UNAVAILABLE",
      "unexpectedly high load",
      "experiencing high traffic",
      "is currently unavailable",
    ),
    kind: "overloaded",
    code: "server_overloaded",
    advice: "Amazon Q has no capacity for this model right now; try again shortly or pick another model.",
    retryAfterSeconds: 5,
    retry: "throttling",
  },
  {
    // E27
    applies: says("credit limit exceeded"),
    kind: "quota",
    code: "usage_limit_reached",
    advice: "The Amazon Q plan's credits for this hour are used up; wait until it is over.",
  },
  {
    // E20
    applies: says("TEMPORARILY_SUSPENDED"),
    kind: "permission",
    code: "account_suspended",
    advice: "Amazon Q has suspended this account for now; contact AWS support.",
  },
  {
    // E6
    applies: says("INVALID_MODEL_ID", "Invalid model. Please select"),
    kind: "model",
    code: "model_not_found",
    advice:
      "Amazon Q does not offer this model to this account, plan or region; GET /v1/models lists others.",
  },
  {
    // E7
    applies: ({ message }) => message.includes("profileArn") && message.includes("required"),
    kind: "invalid-request",
    code: "profile_required",
    advice: "Amazon Q wants a profile ARN for this login; set AMAZONQ_PROFILE_ARN or upstream.profile_arn.",
  },
  {
    // E18; before E8, whose words a 401 may use too.
    applies: any(
      status(401),
      says("bearer token included in the request is invalid"),
      named("expiredtoken", "unrecognizedclient"),
    ),
    kind: "login",
    code: "login_required",
    advice:
      "Amazon Q refuses this login; sign in again with `aqbridge login`, or with the program that the login came from.",
  },
  {
    // E8
    applies: says("Invalid profileArn", "Invalid token"),
    kind: "permission",
    severity: "warn",
    code: "permission_denied",
    advice: "The profile ARN does not belong to this login; correct AMAZONQ_PROFILE_ARN or remove it.",
  },
  // E17
  { applies: says("internal validation error"), kind: "upstream", code: "upstream_error", retry: "glitch" },
  {
    // E19, E21, E34
    applies: any(status(403, 409), named("accessdenied", "conflict")),
    kind: "permission",
    code: "permission_denied",
  },
  {
    // E16, E25
    applies: says("INVALID_CONVERSATION_ID", "CONVERSATION_LIMIT_EXCEEDED"),
    kind: "invalid-request",
    repair: "new-conversation",
  },
  // E22 with an unknown reason
  {
    applies: any(status(402), named("servicequotaexceeded")),
    kind: "quota",
    code: "insufficient_quota",
  },
  {
    // E26
    applies: any(status(429), named("throttling", "throttled", "toomanyrequests")),
    kind: "rate-limit",
    code: "rate_limit_exceeded",
    retryAfterSeconds: 5,
    retry: "throttling",
  },
  {
    // E13
    applies: says("THINKING_SIGNATURE_INVALID", "signature in thinking block"),
    kind: "invalid-request",
    repair: "drop-reasoning",
  },
  {
    // E10
    applies: says(
      "TOOL_SCHEMA_INVALID",
      "toolSpec.inputSchema",
      "custom.input_schema",
      "input_schema does not support",
      "Invalid tool use format",
    ),
    kind: "invalid-request",
    repair: "prune-schemas",
  },
  {
    // E9
    applies: says("TOOL_USE_RESULT_MISMATCH", "number of toolResult blocks", "duplicate Ids"),
    kind: "invalid-request",
    repair: "flatten-tools",
  },
  // E1, behind which older servers hide E9 and E10
  { applies: says("Improperly formed request"), kind: "invalid-request", repair: "simplify-tools" },
  // E2, E11, E12, E14, E15, E35
  { applies: any(status(400, 422), named("validation")), kind: "invalid-request" },
  {
    // E33
    applies: any(status(404, 405), named("resourcenotfound", "unknownoperation")),
    kind: "upstream",
    code: "upstream_error",
    advice: "The Amazon Q endpoint does not know this operation; check AMAZONQ_ENDPOINT.",
  },
  {
    // From a proxy: the service sends no redirects.
    applies: ({ status }) => status >= 300 && status < 400,
    kind: "protocol",
    code: "upstream_protocol_error",
    advice: "Amazon Q's address answers with a redirect, which is not followed; check AMAZONQ_ENDPOINT.",
  },
  {
    // E32
    applies: any(status(502, 503, 504), named("serviceunavailable"), says("ServiceUnavailableException")),
    kind: "overloaded",
    code: "server_overloaded",
    retryAfterSeconds: 5,
    retry: "transient",
  },
  // E31, and unnamed failures inside a stream
  {
    applies: ({ status }) => status >= 500 || status === 0,
    kind: "upstream",
    code: "upstream_error",
    retry: "transient",
  },
];

const otherwise: Rule = { applies: () => true, kind: "upstream", code: "upstream_error" };

export const ruleFor = (failure: ServiceFailure): Rule =>
  rules.find(({ applies }) => applies(failure)) ?? otherwise;
