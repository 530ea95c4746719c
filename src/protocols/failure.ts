import { ValidationError } from "elysia";
import { BridgeError } from "../errors.ts";
import { invalidBody } from "../http/validation.ts";
import { anthropicErrorBody, anthropicStatus } from "./anthropic/errors.ts";
import { openaiErrorBody, openaiStatus } from "./openai/errors.ts";
import { responsesStatus } from "./openai-responses/errors.ts";

export interface FailedCall {
  path: string;
  headers: Headers;
  requestId: string;
  /** Methods that the path takes, when it does not take this one. */
  allow?: string | undefined;
  /** Takes out of the failure's words what must not be seen. */
  mask: (text: string) => string;
}

/** The answer to a request that failed, in the vocabulary of the protocol that its path belongs to. */
export function failureResponse(
  failure: BridgeError,
  { path, headers, requestId, allow, mask }: FailedCall,
): Response {
  const error = failure.masked(mask);
  const [status, body] =
    isUnder("messages", path) || headers.has("anthropic-version")
      ? [anthropicStatus(error), anthropicErrorBody(error, requestId)]
      : [(isUnder("responses", path) ? responsesStatus : openaiStatus)(error), openaiErrorBody(error)];
  return Response.json(body, { status, headers: { ...failureHeaders(error), ...(allow && { allow }) } });
}

const isUnder = (name: string, path: string): boolean => path.split("/").includes(name);

function failureHeaders({ kind, retryAfterSeconds }: BridgeError): Record<string, string> {
  return {
    "cache-control": "no-store",
    "x-should-retry": String(retryAfterSeconds !== undefined),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    ...(kind === "authentication" && { "www-authenticate": "Bearer" }),
    // The rest of such a body may take for ever; and who is refused for want of room shall not take any.
    ...((kind === "request-timeout" || kind === "busy") && { connection: "close" }),
  };
}

/** What the framework caught, as our own failure; none of its texts reaches a client. */
export function toBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  if (error instanceof ValidationError && error.type === "body" && "Errors" in error.validator) {
    return invalidBody(error.validator.Errors(error.value));
  }
  return BridgeError.from(error);
}
