import type { Conversation } from "./turn/conversation.ts";
import type { TurnStream } from "./turn/events.ts";

export interface TurnRequest {
  conversation: Conversation;
  /** An estimate of the conversation's size, for usage when the service reports none. */
  inputTokens: number;
  /** Aborting it ends the upstream request at any stage. */
  signal: AbortSignal;
  trace?: Trace;
}

/** Is told how work on a turn goes. */
export interface Trace {
  /** The id of the request that asked for the turn. */
  requestId: string;
  /** Each time that the service is asked. */
  sent(): void;
  /** The head of an answer came, with the service's own id if it gave one. */
  answered(status: number, upstreamRequestId: string | undefined): void;
  /** Each whole message of an answer. */
  received(): void;
  charged(credits: number): void;
  /** The answer holds something that the contract does not foresee. */
  noticed(oddity: Oddity): void;
}

/**
 * Messages of an unknown type, a reason to stop that is unknown, tool arguments that are no JSON object, tool calls out of
 * order: as the log names them.
 */
export type Oddity = "unknown" | "stop_reason" | "tool_json" | "tool_seq";

export interface Model {
  id: string;
  displayName: string;
  contextWindow: number;
  maxOutputTokens: number;
  acceptsImages: boolean;
  acceptsDocuments: boolean;
  /** What an answer costs, as a multiple of a unit; undefined when the service does not say. */
  price: { multiplier: number; unit: string } | undefined;
  /** Milliseconds since the epoch; undefined when unknown. */
  releasedAt: number | undefined;
}

/** A service that answers conversations. */
export interface Upstream {
  /** Rejects with a BridgeError while a status line can still be sent; later failures are the stream's `turn-error`. */
  generate(request: TurnRequest): Promise<TurnStream>;
  models(): readonly Model[];
  /** The model that a name means, in whatever spelling; undefined when it means none. */
  findModel(name: string): Model | undefined;
  /** The model that answers for a name: the one it means, else the default. Throws `model` where the default is not wanted. */
  modelFor(name: string): Model;
  /** Whether the model that answers for a name stops at so many tokens by itself. */
  keepsOutputLimit(model: string, maxTokens: number): boolean;
}
