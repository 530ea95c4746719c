/** What a test has the service do with one inference request. */
export type ScriptedAnswer = ScriptedHttpAnswer | ScriptedStream;

/** An answer without a stream: errors, mostly. */
export interface ScriptedHttpAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** A string leaves as it is, an object as JSON, nothing as an empty body. */
  body?: unknown;
  /** Silence before the status line. */
  delayMs?: number;
}

/** A 200 with an event stream. */
export interface ScriptedStream {
  events: readonly ScriptedStep[];
  chunking?: Chunking;
  /** `length` sends the whole body at once with `content-length`, after all its pauses. Default `chunked`. */
  transfer?: "chunked" | "length";
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  /** Silence before the status line. */
  delayMs?: number;
}

/**
 * How frames fall into chunks of the body: one each, everything up to the next pause at once, one byte past every
 * boundary, or pieces of that many bytes.
 */
export type Chunking = "frame" | "whole" | "straddling" | number;

export type ScriptedStep = ScriptedMessage | ScriptedCorruption | ScriptedFault;

/** One message of the stream; the payload of an event or an exception is sent as JSON. */
export type ScriptedMessage =
  | { type: string; payload: unknown }
  | { exception: string; payload: unknown }
  | { error: string; message: string };

/** A message whose named checksum is wrong. */
export interface ScriptedCorruption {
  corrupt: ScriptedMessage;
  checksum: "prelude" | "message";
}

export type ScriptedFault =
  | { bytes: Uint8Array }
  | { pauseMs: number }
  /** `reset` tears the connection down; `end` finishes the body as if it were complete. Nothing follows either. */
  | { cut: "reset" | "end" };

/** What a test has `/token` (or the social `/refreshToken`) do with one request; none of these touches a stored login. */
export type ScriptedTokenAnswer =
  | { error: OidcError; description?: string; delayMs?: number }
  /** Access tokens in a scripted success are valid from then on. */
  | ScriptedHttpAnswer;

export type OidcError =
  | "authorization_pending"
  | "slow_down"
  | "expired_token"
  | "access_denied"
  | "invalid_grant"
  | "invalid_client"
  | "invalid_request"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "server_error";
