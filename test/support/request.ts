import { builtInModels } from "../../src/amazonq/models/models.ts";
import type { ServiceModel } from "../../src/amazonq/models/service-model.ts";
import type { ReasoningScope } from "../../src/amazonq/reasoning-seal.ts";
import { type BuiltRequest, buildRequest, type RequestContext } from "../../src/amazonq/request/build.ts";
import type {
  AssistantResponseMessage,
  ToolSpecification,
  UserInputMessage,
} from "../../src/amazonq/wire.ts";
import type { JsonObject } from "../../src/json.ts";
import type { FieldSchema, ModelDescription } from "../../src/simulator/model-description.ts";
import { type Level, validateRequest } from "../../src/simulator/validate.ts";
import type {
  AssistantMessage,
  AssistantPart,
  Conversation,
  ImagePart,
  Message,
  ResultPart,
  SystemMessage,
  TextPart,
  Tool,
  ToolCallPart,
  ToolResultPart,
  UserMessage,
  UserPart,
} from "../../src/turn/conversation.ts";
import type { Picture } from "./images.ts";

export const text = (content: string): TextPart => ({ type: "text", text: content });
const partsOf = <Part>(parts: readonly (Part | string)[]): (Part | TextPart)[] =>
  parts.map((part) => (typeof part === "string" ? text(part) : part));

/** Strings stand for text parts. */
export const user = (...parts: (UserPart | string)[]): UserMessage => ({
  role: "user",
  parts: partsOf(parts),
});
export const assistant = (...parts: (AssistantPart | string)[]): AssistantMessage => ({
  role: "assistant",
  parts: partsOf(parts),
});
export const system = (content: string): SystemMessage => ({ role: "system", text: content });
export const call = (id: string, name = "read", input: JsonObject = {}): ToolCallPart => ({
  type: "tool-call",
  id,
  name,
  input,
});
export const result = (callId: string, ...parts: (ResultPart | string)[]): ToolResultPart => ({
  type: "tool-result",
  callId,
  parts: partsOf(parts),
  isError: false,
});
export const errorResult = (callId: string, ...parts: string[]): ToolResultPart => ({
  ...result(callId, ...parts),
  isError: true,
});
export const image = ({ data, format }: Picture): ImagePart => ({
  type: "image",
  data,
  mediaType: `image/${format}`,
});
export const tool = (
  name: string,
  inputSchema: unknown = { type: "object" },
  description = "Does it.",
): Tool => ({
  name,
  description,
  inputSchema,
});

export const conversation = (
  messages: readonly Message[],
  rest: Partial<Conversation> = {},
): Conversation => ({
  model: "claude-sonnet-4.5",
  system: [],
  messages,
  tools: [],
  toolChoice: { type: "auto" },
  settings: {},
  ...rest,
});

/** A model of the built-in list. */
export function modelNamed(id: string): ServiceModel {
  const model = builtInModels.find((candidate) => candidate.id === id);
  if (!model) throw new Error(`no built-in model ${id}`);
  return model;
}

export const requestContext: RequestContext = {
  model: modelNamed("claude-sonnet-4.5"),
  conversationId: "7f0c2f0e-8a52-4d3e-9f2c-1b2a3c4d5e6f",
  profileArn: undefined,
};

export const build = (
  messages: readonly Message[],
  rest: Partial<Conversation> = {},
  context: Partial<RequestContext> = {},
): BuiltRequest => buildRequest(conversation(messages, rest), { ...requestContext, ...context });

/** The signature that the simulated service gives a text; it takes no other back (R52, R53). */
export const signatureOf = ({ text, modelId, conversationId }: ReasoningScope & { text: string }): string =>
  `Er4B+/${Bun.hash(JSON.stringify([text, modelId, conversationId]))}==`;

/** A model in the words in which the service describes it. */
export function describeModel(model: ServiceModel): ModelDescription {
  const schema: FieldSchema | undefined = model.fields && JSON.parse(JSON.stringify(model.fields));
  return {
    modelId: model.id,
    modelName: model.displayName,
    description: "",
    rateMultiplier: 1,
    rateUnit: "Credit",
    supportedInputTypes: model.acceptsImages ? ["TEXT", "IMAGE"] : ["TEXT"],
    tokenLimits: { maxInputTokens: model.contextWindow, maxOutputTokens: model.maxOutputTokens },
    promptCaching: {
      supportsPromptCaching: model.maxCacheMarks > 0,
      minimumTokensPerCacheCheckpoint: model.maxCacheMarks > 0 ? 1024 : 0,
      maximumCacheCheckpointsPerRequest: model.maxCacheMarks,
    },
    ...(schema && { additionalModelRequestFieldsSchema: schema }),
  };
}

const offer = builtInModels.map(describeModel);

/** What the simulated service has against the body as it would travel. */
export const violations = ({ body }: BuiltRequest, level: Level = "strict") =>
  validateRequest(JSON.parse(JSON.stringify(body)), {
    level,
    models: offer,
    isOwnReasoning: ({ signature, ...signed }) => signature === signatureOf(signed),
  });

/** History and current message, oldest first. */
export const entries = ({ body: { conversationState } }: BuiltRequest) => [
  ...(conversationState.history ?? []),
  conversationState.currentMessage,
];

export const userMessages = (request: BuiltRequest): UserInputMessage[] =>
  entries(request).flatMap((entry) => ("userInputMessage" in entry ? [entry.userInputMessage] : []));

export const assistantMessages = (request: BuiltRequest): AssistantResponseMessage[] =>
  entries(request).flatMap((entry) =>
    "assistantResponseMessage" in entry ? [entry.assistantResponseMessage] : [],
  );

/** One line per entry, such as `user: hello`. */
export const spoken = (request: BuiltRequest): string[] =>
  entries(request).map((entry) =>
    "userInputMessage" in entry
      ? `user: ${entry.userInputMessage.content}`
      : `assistant: ${entry.assistantResponseMessage.content}`,
  );

export const current = ({ body }: BuiltRequest): UserInputMessage =>
  body.conversationState.currentMessage.userInputMessage;

export const specifications = (request: BuiltRequest): ToolSpecification[] =>
  (current(request).userInputMessageContext?.tools ?? []).map((entry) => entry.toolSpecification);
