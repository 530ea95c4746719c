/** Every way a request can fail, named by what the client can do about it. */
export const errorKinds = [
  "invalid-request",
  "context-length",
  "too-large",
  "request-timeout",
  "unsupported-media-type",
  "authentication",
  "forbidden",
  "permission",
  "login",
  "not-found",
  "method-not-allowed",
  "model",
  "rate-limit",
  "quota",
  "overloaded",
  "busy",
  "timeout",
  "unreachable",
  "protocol",
  "upstream",
  "internal",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

interface ErrorDetails {
  /** For the log only; never shown to a client. */
  cause?: unknown;
  /** A machine-readable refinement of the kind, in the vocabulary of OpenAI's `error.code`. */
  code?: string;
  /** The request member at fault, as a path: `messages[1].content[0].text`. */
  param?: string;
  /** Set on failures that pass by themselves, and on no others: without it clients are told not to try again. */
  retryAfterSeconds?: number;
}

/** A failure whose `message` is written for the client: one sentence that says what to do, free of secrets and prompts. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly kind: ErrorKind;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.param = details.param;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** The same failure in words that may be shown. */
  masked(mask: (text: string) => string): BridgeError {
    const message = mask(this.message);
    if (message === this.message) return this;
    const { kind, code, param, retryAfterSeconds, cause } = this;
    return new BridgeError(kind, message, {
      cause,
      ...(code !== undefined && { code }),
      ...(param !== undefined && { param }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }

  /** Anything thrown that nobody foresaw becomes `internal` with a fixed message, so that nothing internal leaks. */
  static from(error: unknown): BridgeError {
    if (error instanceof BridgeError) return error;
    return new BridgeError("internal", "The bridge failed inside; its log says why.", { cause: error });
  }
}
