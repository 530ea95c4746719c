import { expect } from "bun:test";
import Anthropic, { type ClientOptions as AnthropicOptions } from "@anthropic-ai/sdk";
import OpenAI, { type ClientOptions as OpenAIOptions } from "openai";
import type {
  FunctionTool,
  ResponseInputItem,
  ResponseOutputItem,
} from "openai/resources/responses/responses";
import type { ReceivedRequest } from "../../src/simulator/simulator.ts";
import type { Bridge } from "../support/bridge.ts";

export const openaiClient = ({ url }: Bridge, options: OpenAIOptions = {}) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: "unused", maxRetries: 0, ...options });

export const anthropicClient = ({ url }: Bridge, options: AnthropicOptions = {}) =>
  new Anthropic({ baseURL: url, apiKey: "unused", maxRetries: 0, ...options });

const model = "claude-sonnet-4.5";
const hello = { role: "user", content: "Hello" } as const;
export const chat = { model, messages: [hello] } satisfies OpenAI.ChatCompletionCreateParams;
export const message = {
  model,
  max_tokens: 20_000,
  messages: [hello],
} satisfies Anthropic.MessageCreateParams;

/** As clients of Responses offer it. */
export const weather = {
  type: "function",
  name: "get_weather",
  description: "Tells the weather.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
} satisfies FunctionTool;

/** What a client has of a streamed answer, however it ends. */
export interface Heard {
  deltas: string[];
  /** The signs by which a client knows that the answer is complete. */
  successes: string[];
  failure: unknown;
}

export const nothingYet = (): Heard => ({ deltas: [], successes: [], failure: undefined });

/** Listens until the answer is over; `heard` is filled as it comes. */
export async function hearChat(
  client: OpenAI,
  body: OpenAI.ChatCompletionCreateParams,
  heard = nothingYet(),
): Promise<Heard> {
  try {
    for await (const { choices } of await client.chat.completions.create({ ...body, stream: true })) {
      const [choice] = choices;
      if (choice?.delta.content) heard.deltas.push(choice.delta.content);
      if (choice?.finish_reason) heard.successes.push(choice.finish_reason);
    }
  } catch (error) {
    heard.failure = error;
  }
  return heard;
}

/** As `hearChat`. */
export async function hearMessage(
  client: Anthropic,
  body: Anthropic.MessageCreateParams,
  heard = nothingYet(),
): Promise<Heard> {
  try {
    for await (const event of await client.messages.create({ ...body, stream: true })) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta")
        heard.deltas.push(event.delta.text);
      if (event.type === "message_delta") heard.successes.push(String(event.delta.stop_reason));
      if (event.type === "message_stop") heard.successes.push(event.type);
    }
  } catch (error) {
    heard.failure = error;
  }
  return heard;
}

/** An answer's items as a client sends them back; the SDK's types allow that only for some. */
export const saidAgain = (output: readonly ResponseOutputItem[]): ResponseInputItem[] =>
  output.filter(
    (item) => item.type === "message" || item.type === "reasoning" || item.type === "function_call",
  );

/** What went wrong; fails the test when nothing did. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  const succeeded = Symbol("succeeded");
  const outcome = await promise.then(
    () => succeeded,
    (error: unknown) => error,
  );
  expect(outcome).not.toBe(succeeded);
  return outcome;
}

/** The latest request that reached the service, which had nothing against it. */
export function latestRequest({ simulator }: Bridge): ReceivedRequest {
  const request = simulator.requests.at(-1);
  if (!request) throw new Error("Nothing reached the service.");
  expect(request.violations).toEqual([]);
  return request;
}

/** The names of the tools in a request that reached the service. */
export const toolNames = ({ body }: { body: unknown }): (string | undefined)[] =>
  [...JSON.stringify(body).matchAll(/"toolSpecification":\{"name":"([^"]+)"/g)].map(([, name]) => name);

export const post = ({ url }: Bridge, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
