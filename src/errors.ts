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

/** How the log rates a failure: an error is one that somebody other than the client has to fix. */
export type Severity = "debug" | "info" | "warn" | "error";

/** By kind, unless whoever creates a failure knows better. */
const severities = {
  "invalid-request": "warn",
  "context-length": "warn",
  "too-large": "warn",
  "request-timeout": "warn",
  "unsupported-media-type": "warn",
  // Refused access has log lines of its own.
  authentication: "debug",
  forbidden: "debug",
  permission: "error",
  login: "warn",
  "not-found": "info",
  "method-not-allowed": "info",
  model: "warn",
  "rate-limit": "warn",
  quota: "warn",
  overloaded: "warn",
  busy: "warn",
  timeout: "warn",
  unreachable: "error",
  protocol: "error",
  upstream: "warn",
  internal: "error",
} as const satisfies Record<ErrorKind, Severity>;

/** The service's own names for a failure, without its sentences, which may quote a prompt. */
export interface ServiceNames {
  /** 0 for a failure inside a stream. */
  status: number;
  type: string;
  reason: string;
}

interface ErrorDetails {
  /** Ours or the platform's; for the log only, never shown to a client. */
  cause?: unknown;
  /** For the log only; the service's own sentence belongs in the message, which is never logged. */
  told?: ServiceNames | undefined;
  severity?: Severity | undefined;
  /** A machine-readable refinement of the kind, in the vocabulary of OpenAI's `error.code`. */
  code?: string | undefined;
  /** The request member at fault, as a path: `messages[1].content[0].text`. */
  param?: string | undefined;
  /** Set only on failures that pass by themselves: without it clients are told not to try again. */
  retryAfterSeconds?: number | undefined;
}

/** A failure whose `message` is written for the client: one sentence that says what to do, free of secrets and prompts. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly kind: ErrorKind;
  readonly told: ServiceNames | undefined;
  readonly severity: Severity;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.told = details.told;
    this.severity = details.severity ?? severities[kind];
    this.code = details.code;
    this.param = details.param;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** The same failure with a masked message. */
  masked(mask: (text: string) => string): BridgeError {
    const message = mask(this.message);
    return message === this.message ? this : new BridgeError(this.kind, message, this);
  }

  /** Any unforeseen error becomes `internal` with a fixed message, so that nothing internal leaks. */
  static from(error: unknown): BridgeError {
    if (error instanceof BridgeError) return error;
    return new BridgeError("internal", "The bridge failed inside; its log says why.", { cause: error });
  }
}

/** What a log may say about why something failed. Of a cause only its own sentence, never what it wraps. */
export function whyOf(error: unknown) {
  if (!(error instanceof BridgeError)) return {};
  const { code, told, cause } = error;
  return {
    code,
    ...(told && { up_type: told.type || undefined, up_reason: told.reason || undefined }),
    ...(told && told.status > 0 && { up_status: told.status }),
    cause: cause instanceof Error ? cause.message : undefined,
  };
}
