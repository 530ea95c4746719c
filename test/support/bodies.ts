import type { JsonObject, JsonValue } from "../../src/json.ts";

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

export const toolWithSchema = (json: JsonValue): JsonObject => tool("read", { inputSchema: { json } });

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

/** A turn of the user that offers these tools. */
export const offering = (...tools: readonly JsonObject[]): JsonObject =>
  user("hello", withContext({ tools }));

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

/** A PNG of that size whose pixels were forgotten. */
export function png(width: number, height: number): string {
  const header = Buffer.alloc(24);
  header.write("89504e470d0a1a0a0000000d49484452", "hex");
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header.toString("base64");
}

export const image = (bytes: string = png(64, 48), format = "png"): JsonObject => ({
  format,
  source: { bytes },
});
