import type { Mask } from "../../secrets/secrets.ts";
import { promptTooLong, type WindowUse } from "../context-window.ts";
import { type Remedy, ServiceError } from "../recovery/service-error.ts";
import { type Rule, ruleFor, type ServiceFailure } from "./catalogue.ts";

/** What the bridge knows of the request that failed. */
export interface FailedRequest extends WindowUse {
  /** Takes out of the service's own sentence what must not come back in it. */
  mask: Mask;
}

/** Names a failure by contract 4.3, with what may help against it by 4.4. */
export function classify(failure: ServiceFailure, request: FailedRequest): ServiceError {
  const rule = ruleFor(failure);
  const quoted = quote(failure.message, request.mask);
  return new ServiceError(remedy(rule, failure), rule.kind, rule.advice ?? sentence(rule, quoted, request), {
    ...(rule.code && { code: rule.code }),
    ...(rule.severity && { severity: rule.severity }),
    ...(rule.retryAfterSeconds && { retryAfterSeconds: retryAfter(failure, rule.retryAfterSeconds) }),
    told: { status: failure.status, type: name(failure.type), reason: name(failure.reason) },
  });
}

/** As all names of the contract are; anything else may be a sentence. */
const name = (text: string): string => (/^\w{0,100}$/.test(text) ? text : "unnamed");

const remedy = ({ retry, repair }: Rule, { retryAfterSeconds = 0 }: ServiceFailure): Remedy => ({
  ...(retry && { retry, waitMs: retryAfterSeconds * 1000 }),
  ...(repair && { repair }),
});

function sentence({ kind }: Rule, quoted: string, request: FailedRequest): string {
  if (kind === "context-length") return promptTooLong(request);
  return quoted ? `Amazon Q answered: ${quoted}` : "Amazon Q failed without saying why; try again.";
}

/** Never longer than a minute: clients wait a longer one out in silence, or give up. */
function retryAfter({ retryAfterSeconds }: ServiceFailure, otherwiseSeconds: number): number {
  return Math.min(60, Math.max(1, Math.ceil(retryAfterSeconds ?? otherwiseSeconds)));
}

const maxQuoted = 500;
const accountLike = /User ID \([^)]*\)|\barn:[\w-]*:[^\s"'()]*|[\w.+-]+@[\w-]+\.[\w.]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const controls = /[\u0000-\u001f\u007f]+/g;

function quote(message: string, mask: Mask): string {
  // The patterns would take long over a long text without an end to match.
  const start = mask(message).slice(0, 4 * maxQuoted);
  const text = start.replace(accountLike, "[account]").replace(controls, " ").trim();
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}
