import type { BridgeError } from "../errors.ts";
import { anthropicErrorBody, anthropicStatus } from "./anthropic/errors.ts";
import { openaiErrorBody, openaiStatus } from "./openai/errors.ts";
import { responsesStatus } from "./openai-responses/errors.ts";

interface FailedCall {
  path: string;
  headers: Headers;
  requestId: string;
  /** The methods that the path accepts, when this one is not among them. */
  allow?: string | undefined;
  /** Removes secrets from the failure's message. */
  mask: (text: string) => string;
}

/** The answer to a request that failed, in the terms of the protocol that its path belongs to. */
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
    // The rest of a late body may never come, and a client turned away for lack of room must not take any.
    ...((kind === "request-timeout" || kind === "busy") && { connection: "close" }),
  };
}
