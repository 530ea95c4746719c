import type { Bridge } from "./bridge.ts";
import { installed } from "./installed.ts";

/** As much of Vercel's AI SDK as the tests use; it is not among this repository's packages. */
export interface AiSdk {
  generateText(options: Options): Promise<Generated>;
  streamText(options: Options & { onError?: (event: { error: unknown }) => void }): Streamed;
  jsonSchema(schema: object): unknown;
  tool(tool: {
    description: string;
    inputSchema: unknown;
    execute: (input: { city: string }) => Promise<string>;
  }): unknown;
  stepCountIs(count: number): unknown;
  Output: { object(options: { schema: unknown }): unknown };
}

interface Options {
  model: unknown;
  prompt: string | readonly unknown[];
  tools?: Readonly<Record<string, unknown>>;
  stopWhen?: unknown;
  output?: unknown;
}

interface Result {
  text: string;
  reasoningText: string | undefined;
  finishReason: string;
  usage: { inputTokens: number | undefined; outputTokens: number | undefined };
  steps: readonly { finishReason: string; toolResults: readonly { output: unknown }[] }[];
  output: unknown;
  /** Messages of the answer, in the form in which the next request takes them. */
  response: { messages: readonly unknown[] };
}

interface Generated extends Result {
  warnings: readonly unknown[];
}

type Streamed = { [Member in keyof Result]: PromiseLike<Result[Member]> } & {
  textStream: AsyncIterable<string>;
  partialOutputStream: AsyncIterable<unknown>;
};

type Tool = (settings: object) => unknown;
type Create = (settings: object) => ModelFactory;
interface ModelFactory {
  (model: string): unknown;
  chat(model: string): unknown;
  responses(model: string): unknown;
  completion(model: string): unknown;
  completionModel(model: string): unknown;
}

export const loadAiSdk = (): Promise<AiSdk> => load("ai");

/** Makes a model as the SDK's users do, with the bridge behind it. */
type Provider = (bridge: Bridge, model: string) => Promise<unknown>;

export const providers: Readonly<Record<string, Provider>> = {
  "openai-compatible": async (bridge, model) => (await openaiCompatible(bridge))(model),
  "openai, responses": async (bridge, model) => (await openai(bridge)).responses(model),
  "openai, chat": async (bridge, model) => (await openai(bridge)).chat(model),
  anthropic: async ({ url }, model) => {
    const { createAnthropic } = await load<{ createAnthropic: Create }>("@ai-sdk/anthropic");
    return createAnthropic({ baseURL: `${url}/v1`, apiKey: "any" })(model);
  },
};

/** The search of the web that a provider runs itself, by the provider's name above. */
export const searchTools: Readonly<Record<string, () => Promise<unknown>>> = {
  "openai, responses": async () => {
    const { openai } = await load<{ openai: { tools: { webSearch: Tool } } }>("@ai-sdk/openai");
    return openai.tools.webSearch({});
  },
  anthropic: async () => {
    const { anthropic } = await load<{ anthropic: { tools: { webSearch_20250305: Tool } } }>(
      "@ai-sdk/anthropic",
    );
    return anthropic.tools.webSearch_20250305({ maxUses: 2 });
  },
};

/** Those that only complete a prompt. */
export const legacyProviders: Readonly<Record<string, Provider>> = {
  "openai-compatible": async (bridge, model) => (await openaiCompatible(bridge)).completionModel(model),
  openai: async (bridge, model) => (await openai(bridge)).completion(model),
};

async function openaiCompatible({ url }: Bridge): Promise<ModelFactory> {
  type Exports = { createOpenAICompatible: Create };
  const { createOpenAICompatible } = await load<Exports>("@ai-sdk/openai-compatible");
  const settings = { name: "aqbridge", supportsStructuredOutputs: true, includeUsage: true };
  return createOpenAICompatible({ ...settings, baseURL: `${url}/v1` });
}

async function openai({ url }: Bridge): Promise<ModelFactory> {
  const { createOpenAI } = await load<{ createOpenAI: Create }>("@ai-sdk/openai");
  return createOpenAI({ baseURL: `${url}/v1`, apiKey: "any" });
}

const load = <Exports>(name: string): Promise<Exports> => import(installed(`${name}/dist/index.js`));
