import type { JsonObject, JsonValue } from "../../src/json.ts";
import { png } from "./images.ts";

/** Bodies of GenerateAssistantResponse, written out by hand and never by the bridge's own builder. */
export const user = (content: JsonValue, more: JsonObject = {}): JsonObject => ({
  userInputMessage: { content, origin: "CLI", ...more },
});

export const assistant = (content: JsonValue, more: JsonObject = {}): JsonObject => ({
  assistantResponseMessage: { content, ...more },
});

export const withContext = (context: JsonObject): JsonObject => ({ userInputMessageContext: context });

export const tool = (name: JsonValue, more: JsonObject = {}): JsonObject => ({
  toolSpecification: {
    name,
    description: `Does ${name}.`,
    inputSchema: { json: { type: "object", properties: { path: { type: "string" } }, required: ["path"] } },
    ...more,
  },
});

export const use = (toolUseId: string, more: JsonObject = {}): JsonObject => ({
  toolUseId,
  name: "read",
  input: {},
  ...more,
});

export const result = (toolUseId: string, more: JsonObject = {}): JsonObject => ({
  toolUseId,
  status: "success",
  content: [{ text: "done" }],
  ...more,
});

interface Parts {
  history?: readonly JsonObject[];
  current?: JsonObject;
  state?: JsonObject;
  root?: JsonObject;
}

export const body = ({ history = [], current = user("hello"), state, root }: Parts = {}): JsonObject => ({
  conversationState: {
    conversationId: "c-1",
    chatTriggerType: "MANUAL",
    history,
    currentMessage: current,
    ...state,
  },
  ...root,
});

/** A conversation in which the assistant used tools and this answers them. */
export const toolRound = (
  toolUses: readonly JsonValue[],
  toolResults: readonly JsonValue[],
  content = "here",
): JsonObject =>
  body({
    history: [user("hello"), assistant("Let me look.", { toolUses })],
    current: user(content, withContext({ toolResults, tools: [tool("read")] })),
  });

export const image = (bytes = png(64, 48).data, format = "png"): JsonObject => ({
  format,
  source: { bytes },
});
