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

/** How loudly the log tells of a failure: an error is one that somebody has to mend, who is not the client. */
export type Severity = "debug" | "info" | "warn" | "error";

/** By kind, where whoever makes a failure does not know better. */
const severities = {
  "invalid-request": "warn",
  "context-length": "warn",
  "too-large": "warn",
  "request-timeout": "warn",
  "unsupported-media-type": "warn",
  // Of those who are not let in the refusal log tells.
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

/** What a service calls a failure of its own: names, and nothing of its sentences, which may quote a prompt. */
export interface ServiceNames {
  /** 0 inside a stream, which has none of its own. */
  status: number;
  type: string;
  reason: string;
}

interface ErrorDetails {
  /** Ours or the platform's; for the log only, never shown to a client. */
  cause?: unknown;
  /** For the log as well; the service's own sentence belongs into the message, which no log repeats. */
  told?: ServiceNames | undefined;
  severity?: Severity;
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

  /** The same failure in words that may be shown. */
  masked(mask: (text: string) => string): BridgeError {
    const message = mask(this.message);
    if (message === this.message) return this;
    const { kind, code, param, retryAfterSeconds, cause, told, severity } = this;
    return new BridgeError(kind, message, {
      cause,
      told,
      severity,
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

/** What a log may say of why something failed. Of a cause only its own sentence, never what it wraps. */
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
