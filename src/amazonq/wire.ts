import type { JsonObject } from "../json.ts";

/**
 * What the bridge sends to GenerateAssistantResponse, in the service's spelling; only the members it uses. Absent
 * members are left out, never null (R3); bytes are standard base64 with padding.
 */
export interface GenerateAssistantResponseRequest {
  conversationState: {
    conversationId: string;
    chatTriggerType: "MANUAL";
    currentMessage: UserEntry;
    history?: HistoryEntry[];
  };
  profileArn?: string;
  /** Only what the model's own schema allows (R6). */
  additionalModelRequestFields?: JsonObject;
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
  documents?: DocumentBlock[];
  cachePoint?: CachePoint;
  userInputMessageContext?: { toolResults?: ToolResult[]; tools?: ToolEntry[] };
}

export interface AssistantResponseMessage {
  content: string;
  reasoningContent?: ReasoningContent;
  toolUses?: ToolUse[];
  cachePoint?: CachePoint;
}

/** R51: nested, and one of the two. */
export type ReasoningContent =
  | { reasoningText: { text: string; signature: string } }
  | { redactedContent: string };

/** Asks the service to cache the conversation up to and including the message that has it. */
export interface CachePoint {
  type: "default";
}

export type ImageFormat = "png" | "jpeg" | "gif" | "webp";
export interface ImageBlock {
  format: ImageFormat;
  source: { bytes: string };
}

export type DocumentFormat = "csv" | "doc" | "docx" | "html" | "md" | "pdf" | "txt" | "xls" | "xlsx";
export interface DocumentBlock {
  name: string;
  format: DocumentFormat;
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
