import type { JsonObject } from "../../json.ts";
import { asObject, asText } from "../narrow.ts";
import type { Form } from "./answers.ts";
import { findOperation, type OperationName } from "./routes.ts";

/** One request as the operations see it. */
export interface Call {
  url: URL;
  form: Form;
  /** Undefined when the service has no such operation. */
  operation: OperationName | undefined;
  /** Undefined without a body; the text itself when it is no JSON. */
  body: unknown;
  /** The body if it is an object, else an empty one. */
  json: JsonObject;
  bodyBytes: number;
  /** Empty when there is none. */
  bearer: string;
  /** The profile ARN that a header names; empty when there is none. */
  profileHeader: string;
  /** A parameter wherever the form puts it: in the body or in the query. */
  parameter(name: string): unknown;
}

export async function readCall(request: Request): Promise<Call> {
  const { method, headers } = request;
  const url = new URL(request.url);
  const target = headers.get("x-amz-target");
  const text = await request.text();
  const body = parse(text);
  const json = asObject(body);
  return {
    url,
    form: target === null ? "rest" : "json-rpc",
    operation: findOperation(method, url.pathname, target),
    body,
    json,
    bodyBytes: Buffer.byteLength(text),
    bearer: headers.get("authorization")?.match(/^Bearer (.+)$/)?.[1] ?? "",
    profileHeader: headers.get("x-amzn-kiro-profile-arn") ?? "",
    parameter: (name) => json[name] ?? url.searchParams.get(name) ?? undefined,
  };
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The model and the conversation that an inference request names; empty when it names none. */
export function identify({ json }: Call): { modelId: string; conversationId: string } {
  const state = asObject(json["conversationState"]);
  const current = asObject(asObject(state["currentMessage"])["userInputMessage"]);
  return { modelId: asText(current["modelId"]), conversationId: asText(state["conversationId"]) };
}
