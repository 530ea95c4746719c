import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { readMessageStream } from "../../protocols/anthropic/grammar.ts";
import { readChunkStream } from "../../protocols/openai/grammar.ts";
import { readSse } from "../../protocols/sse.ts";
import { canaryWord } from "../../support/taint.ts";

/** A way in which a client may ask. */
export interface Form {
  protocol: "openai" | "anthropic";
  stream: boolean;
}

const chatStream: Form = { protocol: "openai", stream: true };
const messageStream: Form = { protocol: "anthropic", stream: true };
export const streamed: readonly Form[] = [chatStream, messageStream];
export const whole: readonly Form[] = streamed.map((form) => ({ ...form, stream: false }));
export const forms: readonly Form[] = [...streamed, ...whole];

/** One form and the other by turns, where all of them would take too long. */
export const streamedInTurn = (index: number): Form => (index % 2 === 0 ? chatStream : messageStream);

export interface Call {
  id: string;
  name: string;
  json: string;
}

/** What a client has in the end, in words common to both protocols. */
export interface Outcome {
  status: number;
  requestId: string;
  text: string;
  calls: readonly Call[];
  /** How the answer says it ended; undefined when it failed. */
  stopReason: string | undefined;
  failure: Failure | undefined;
  shouldRetry: string | null;
  retryAfter: string | null;
}

export interface Failure {
  type: string;
  /** Openai's only. */
  code?: string | null;
  message: string;
}

const paths = { openai: "/v1/chat/completions", anthropic: "/v1/messages" } as const;

/** For a server that asks for a key, when there is one. */
export const keyHeader = (apiKey: string | undefined): Record<string, string> =>
  apiKey === undefined ? {} : { "x-api-key": apiKey };

export const post = (
  url: string,
  { protocol, stream }: Form,
  extra: object = {},
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
) =>
  fetch(url + paths[protocol], {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "claude-sonnet-4.5",
      messages: [{ role: "user", content: `Hello ${canaryWord()}` }],
      ...(protocol === "anthropic" && { max_tokens: 20_000 }),
      stream,
      ...extra,
    }),
    ...(signal && { signal }),
  });

/** Reads an answer to its end by the protocol's strict grammar; throws on anything that is in neither its form nor an error's. */
export async function outcomeOf({ protocol }: Form, response: Response): Promise<Outcome> {
  const { status, headers } = response;
  const bytes = await response.bytes();
  const isStream = headers.get("content-type")?.startsWith("text/event-stream");
  const read = isStream ? readStream[protocol](bytes) : readWhole(protocol, status, parse(bytes));
  return {
    status,
    requestId: headers.get("x-request-id") ?? "",
    shouldRetry: headers.get("x-should-retry"),
    retryAfter: headers.get("retry-after"),
    ...read,
  };
}

type Read = Pick<Outcome, "text" | "calls" | "stopReason" | "failure">;

const readStream: Readonly<Record<Form["protocol"], (bytes: Uint8Array) => Read>> = {
  openai(bytes) {
    const { text, calls, finishReason } = readChunkStream(bytes, false);
    return { text, calls, stopReason: finishReason, failure: failureIn(bytes, "openai") };
  },
  anthropic(bytes) {
    const { blocks, stopReason } = readMessageStream(bytes);
    const text = blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
    const calls = blocks.filter(({ type }) => type === "tool_use");
    return {
      text,
      calls: calls.map(({ id, name, text: json }) => ({ id, name, json })),
      stopReason,
      failure: failureIn(bytes, "anthropic"),
    };
  },
};

/** The failure that a stream ends in, if it does. */
function failureIn(bytes: Uint8Array, protocol: Form["protocol"]): Failure | undefined {
  const data = readSse(bytes).at(-1)?.data ?? "";
  if (!data.startsWith('{"error":') && !data.startsWith('{"type":"error"')) return undefined;
  return checkedFailure(protocol, JSON.parse(data));
}

const Completion = Type.Object({
  choices: Type.Tuple([
    Type.Object({
      finish_reason: Type.String(),
      message: Type.Object({
        content: Type.Union([Type.String(), Type.Null()]),
        tool_calls: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.String(),
              function: Type.Object({ name: Type.String(), arguments: Type.String() }),
            }),
          ),
        ),
      }),
    }),
  ]),
});

const Message = Type.Object({
  stop_reason: Type.String(),
  content: Type.Array(
    Type.Object({
      type: Type.String(),
      text: Type.Optional(Type.String()),
      id: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
      input: Type.Optional(Type.Object({})),
    }),
  ),
});

function readWhole(protocol: Form["protocol"], status: number, body: unknown): Read {
  const nothing = { text: "", calls: [], stopReason: undefined };
  if (status !== 200) return { ...nothing, failure: checkedFailure(protocol, body) };
  return protocol === "openai" ? readCompletion(body) : readMessage(body);
}

function readCompletion(body: unknown): Read {
  const { finish_reason, message } = Value.Decode(Completion, body).choices[0];
  const calls = message.tool_calls ?? [];
  return {
    text: message.content ?? "",
    calls: calls.map(({ id, function: { name, arguments: json } }) => ({ id, name, json })),
    stopReason: finish_reason,
    failure: undefined,
  };
}

function readMessage(body: unknown): Read {
  const { stop_reason, content } = Value.Decode(Message, body);
  const calls = content.filter(({ type }) => type === "tool_use");
  return {
    text: content.map(({ text = "" }) => text).join(""),
    calls: calls.map(({ id = "", name = "", input }) => ({ id, name, json: JSON.stringify(input) })),
    stopReason: stop_reason,
    failure: undefined,
  };
}

const said = Type.String({ minLength: 10, pattern: "^[^<\\n]+$" });
const OpenAIFailure = Type.Object(
  {
    error: Type.Object(
      {
        message: said,
        type: Type.String({ minLength: 1 }),
        param: Type.Null(),
        code: Type.Union([Type.String(), Type.Null()]),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
const AnthropicFailure = Type.Object(
  {
    type: Type.Literal("error"),
    error: Type.Object(
      { type: Type.String({ minLength: 1 }), message: said },
      { additionalProperties: false },
    ),
    request_id: Type.String({ pattern: "^req_" }),
  },
  { additionalProperties: false },
);

/** The failure in a body that has the protocol's form to the letter. */
const checkedFailure = (protocol: Form["protocol"], body: unknown): Failure =>
  Value.Decode(protocol === "openai" ? OpenAIFailure : AnthropicFailure, body).error;

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
