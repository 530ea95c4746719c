import type { JsonObject } from "../json.ts";

/**
 * What the bridge sends to GenerateAssistantResponse, in the service's own spelling: only the members it uses. Absent
 * members are left out, never null (R3); bytes are standard base64 with padding.
 */
export interface GenerateAssistantResponseRequest {
  conversationState: ConversationState;
  profileArn?: string;
}

export interface ConversationState {
  conversationId: string;
  chatTriggerType: "MANUAL";
  currentMessage: UserEntry;
  history?: HistoryEntry[];
}

export type HistoryEntry = UserEntry | AssistantEntry;
export interface UserEntry {
  userInputMessage: UserInputMessage;
}
export interface AssistantEntry {
  assistantResponseMessage: AssistantResponseMessage;
}

export interface UserInputMessage {
  content: string;
  origin: string;
  modelId?: string;
  images?: ImageBlock[];
  userInputMessageContext?: UserInputMessageContext;
}
export interface UserInputMessageContext {
  toolResults?: ToolResult[];
  tools?: ToolEntry[];
}

export interface AssistantResponseMessage {
  content: string;
  toolUses?: ToolUse[];
}

export type ImageFormat = "png" | "jpeg" | "gif" | "webp";
export interface ImageBlock {
  format: ImageFormat;
  source: { bytes: string };
}

export interface ToolUse {
  toolUseId: string;
  name: string;
  input: JsonObject;
}
export interface ToolResult {
  toolUseId: string;
  status: "success" | "error";
  content: { text: string }[];
}

export interface ToolEntry {
  toolSpecification: ToolSpecification;
}
export interface ToolSpecification {
  name: string;
  description: string;
  inputSchema: { json: JsonObject };
}
