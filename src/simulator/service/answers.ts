import type { ScriptedHttpAnswer } from "../script.ts";

/** Which of the service's two HTTP encodings a request came in. */
export type Form = "rest" | "json-rpc";

const jsonType = (form: Form) => (form === "rest" ? "application/json" : "application/x-amz-json-1.0");

interface Exception {
  status: number;
  type: string;
  message: string;
  reason?: string | null;
}

/** An error as AWS words it: the type in the body, and its message and reason. */
export const exceptionAnswer = ({ status, type, message, reason = null }: Exception): ScriptedHttpAnswer => ({
  status,
  body: { __type: `com.amazon.aws.codewhisperer#${type}`, message, reason },
});

export const accessDenied = (message: string): ScriptedHttpAnswer =>
  exceptionAnswer({ status: 403, type: "AccessDeniedException", message });

export const invalid = (message: string, reason: string | null = null): ScriptedHttpAnswer =>
  exceptionAnswer({ status: 400, type: "ValidationException", message, reason });

/** The response that an answer describes; `form` chooses the content type of a JSON body. */
export function httpResponse({ status, headers, body }: ScriptedHttpAnswer, form: Form): Response {
  if (body === undefined || typeof body === "string")
    return new Response(body ?? null, { status, headers: { ...headers } });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": jsonType(form), ...headers },
  });
}
