import type { JsonObject } from "../json.ts";
import type { SearchRules } from "./web-search.ts";

/** What a client asked, whichever protocol it spoke. Texts are the client's own, unchanged. */
export interface Conversation {
  /** The model as the client named it. */
  model: string;
  /** Instructions before the first message, oldest first. */
  system: readonly string[];
  /** The first request's instructions, which identify the conversation; for protocols that can change them later. */
  begunWith?: readonly string[];
  /** Whether the client wants instructions and tools cached by the service. */
  cacheSystem?: boolean;
  messages: readonly Message[];
  tools: readonly Tool[];
  toolChoice: ToolChoice;
  settings: Settings;
}

export type Message = UserMessage | AssistantMessage | SystemMessage;

interface Cacheable {
  /** Whether the client wants the conversation up to here cached by the service. */
  cacheAfter?: boolean;
}

export interface UserMessage extends Cacheable {
  role: "user";
  parts: readonly UserPart[];
}
export interface AssistantMessage extends Cacheable {
  role: "assistant";
  parts: readonly AssistantPart[];
}
/** Instructions in the middle of a conversation; their position matters. */
export interface SystemMessage extends Cacheable {
  role: "system";
  text: string;
}

export type UserPart = TextPart | ImagePart | DocumentPart | ToolResultPart;
export type AssistantPart = TextPart | ReasoningPart | RedactedReasoningPart | ToolCallPart;
export type ResultPart = TextPart | ImagePart | DocumentPart;

export interface TextPart {
  type: "text";
  text: string;
}
interface Attached {
  /** Where the client put it in its request, such as `messages[1].content[0]`, to name it in errors. */
  path?: string;
}
export interface ImagePart extends Attached {
  type: "image";
  /** Standard base64 with padding. */
  data: string;
  /** As the client declared it, such as `image/png`; the bytes may say otherwise. */
  mediaType: string;
}
export interface DocumentPart extends Attached {
  type: "document";
  name: string;
  mediaType: string;
  /** Standard base64 with padding. */
  data: string;
}
export interface ReasoningPart {
  type: "reasoning";
  text: string;
  /** The service's proof of origin; empty when there was none. */
  signature: string;
}
export interface RedactedReasoningPart {
  type: "redacted-reasoning";
  data: string;
}
export interface ToolCallPart {
  type: "tool-call";
  id: string;
  name: string;
  input: JsonObject;
}
export interface ToolResultPart {
  type: "tool-result";
  callId: string;
  parts: readonly ResultPart[];
  isError: boolean;
}

export interface Tool {
  name: string;
  description: string;
  /** JSON Schema as the client gave it; not checked. */
  inputSchema: unknown;
  /** Set on a web search, which the upstream runs and not the client. */
  webSearch?: SearchRules;
}

export type ToolChoice =
  | { type: "auto" }
  | { type: "none" }
  | { type: "required" }
  | { type: "tool"; name: string };

/** What the client asked of this turn beyond the conversation; absent members were not asked for. */
export interface Settings {
  /** With 0 the client wants no answer, only its prompt in the service's cache. */
  maxTokens?: number;
  stopSequences?: readonly string[];
  parallelToolCalls?: boolean;
  reasoning?: ReasoningSetting;
  output?: OutputFormat;
}

export const efforts = ["low", "medium", "high", "xhigh", "max"] as const;
export type Effort = (typeof efforts)[number];

export interface ReasoningSetting {
  /** Undefined leaves it to the model. */
  enabled?: boolean;
  effort?: Effort;
  /** Maximum number of thinking tokens, for clients that count rather than name an effort. */
  budgetTokens?: number;
  /** False when the client wants the thinking done but not shown. */
  shown?: boolean;
}

/** The answer has to be one JSON value; any object if there is no schema. */
export interface OutputFormat {
  schema?: JsonObject;
  /** What the value is for. */
  description?: string;
}
