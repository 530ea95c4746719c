import { onOneLine } from "../../one-line.ts";
import type { Mask } from "../../secrets/secrets.ts";
import { promptTooLong, type WindowUse } from "../context-window.ts";
import { type Remedy, ServiceError } from "../recovery/service-error.ts";
import { type Rule, ruleFor } from "./catalogue.ts";
import type { ServiceFailure } from "./service-failure.ts";

/** What the bridge knows about the failed request. */
export interface FailedRequest extends WindowUse {
  /** Removes secrets from the service's own sentence. */
  mask: Mask;
}

/** Classifies a failure by contract 4.3 and gives it the remedies of 4.4. */
export function classify(failure: ServiceFailure, request: FailedRequest): ServiceError {
  const rule = ruleFor(failure);
  const quoted = quote(failure.message, request.mask);
  return new ServiceError(remedy(rule, failure), rule.kind, rule.advice ?? sentence(rule, quoted, request), {
    code: rule.code,
    severity: rule.severity,
    retryAfterSeconds: rule.retryAfterSeconds && retryAfter(failure, rule.retryAfterSeconds),
    told: { status: failure.status, type: name(failure.type), reason: name(failure.reason) },
  });
}

/** All names of the contract look like this; anything else may be a sentence. */
const name = (text: string): string => (/^\w{0,100}$/.test(text) ? text : "unnamed");

const remedy = ({ retry, repair }: Rule, { retryAfterSeconds = 0 }: ServiceFailure): Remedy => ({
  ...(retry && { retry, waitMs: retryAfterSeconds * 1000 }),
  ...(repair && { repair }),
});

function sentence({ kind }: Rule, quoted: string, request: FailedRequest): string {
  if (kind === "context-length") return promptTooLong(request);
  return quoted ? `Amazon Q answered: ${quoted}` : "Amazon Q failed without saying why; try again.";
}

/** Never longer than a minute: clients sit out longer waits in silence, or give up. */
function retryAfter({ retryAfterSeconds }: ServiceFailure, otherwiseSeconds: number): number {
  return Math.min(60, Math.max(1, Math.ceil(retryAfterSeconds ?? otherwiseSeconds)));
}

const maxQuoted = 500;
const accountLike = /User ID \([^)]*\)|\barn:[\w-]*:[^\s"'()]*|[\w.+-]+@[\w-]+\.[\w.]+/g;

function quote(message: string, mask: Mask): string {
  // On a long text without a match the patterns would take long.
  const start = mask(message).slice(0, 4 * maxQuoted);
  const text = onOneLine(start.replace(accountLike, "[account]")).trim();
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}
