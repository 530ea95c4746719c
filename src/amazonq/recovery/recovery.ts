import type { AccessToken, TokenSource } from "../../auth/token-source.ts";
import { type Clock, sleep } from "../../clock.ts";
import { BridgeError, whyOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Attempt } from "../exchange.ts";
import type { Prepared } from "../prepared.ts";
import type { RequestContext } from "../request/build.ts";
import { repaired } from "./repair.ts";
import { decide, maxRequests, type RetryBucket, repairCost } from "./retry.ts";
import { remedyOf } from "./service-error.ts";

export interface RecoveryOptions {
  tokens: Pick<TokenSource, "renew">;
  clock: Clock;
  log: Log;
  newId: () => string;
  random: () => number;
  bucket: RetryBucket;
  /** Overrides the login's own profile. */
  profileArn?: string | undefined;
  /** Hears that a retry or a repair was left out for want of tokens. */
  onEmptyBucket: () => void;
}

/** What failed: how it is made anew with a repair, and whether somebody still waits for it. */
export interface Recoverable {
  prepare: (context: RequestContext) => Prepared;
  /** The client's. */
  signal: AbortSignal;
  /** For the log. */
  requestId: string | undefined;
}

/** The attempt to make after one has failed; rejects with the failure when there is none left. */
export type Recovery = (attempt: Attempt, error: unknown) => Promise<Attempt>;

type Next = Attempt | undefined;

/** The remedies of one question: another token once, a repair once, and retries as their class allows. */
export function createRecovery(
  { tokens, clock, log, newId, random, bucket, profileArn: setProfile, onEmptyBucket }: RecoveryOptions,
  { prepare, signal, requestId: rid }: Recoverable,
): Recovery {
  let requests = 1;
  let isRenewed = false;
  let isRepaired = false;

  const renew = async ({ token, prepared }: Attempt, error: unknown): Promise<Next> => {
    if (isRenewed || !(error instanceof BridgeError) || error.kind !== "login") return undefined;
    isRenewed = true;
    log.warn("upstream.renew", { rid, ...whyOf(error) });
    const renewed = await tokens.renew(token, signal);
    return { prepared: preparedFor(renewed, prepared), token: renewed };
  };

  /** Somebody may have signed in as another in between: a profile goes with the login that it belongs to. */
  const preparedFor = (token: AccessToken, prepared: Prepared): Prepared => {
    const profileArn = setProfile ?? token.profileArn;
    const { context } = prepared;
    return profileArn === context.profileArn ? prepared : prepare({ ...context, profileArn });
  };

  const mend = ({ token, prepared }: Attempt, error: unknown): Next => {
    const { repair } = remedyOf(error);
    if (!repair || isRepaired || requests >= maxRequests) return undefined;
    const changed = prepare(repaired(prepared.context, repair, newId));
    // Nothing to mend, as when tools are to blame and there are none.
    if (changed.body === prepared.body) return undefined;
    if (!bucket.take(repairCost)) {
      onEmptyBucket();
      return undefined;
    }
    isRepaired = true;
    requests++;
    log.warn("upstream.repair", { rid, repair, ...whyOf(error) });
    return { token, prepared: changed };
  };

  const repeat = async (attempt: Attempt, error: unknown): Promise<Next> => {
    const { retry, waitMs = 0 } = remedyOf(error);
    if (!retry) return undefined;
    const decision = decide({ retry, waitMs }, requests, bucket, random);
    if (decision === "no more tokens") onEmptyBucket();
    if (typeof decision === "string") return undefined;
    requests++;
    const delayMs = Math.round(decision.delayMs);
    log.info("upstream.retry", { rid, class: retry, delayMs, attempt: requests, ...whyOf(error) });
    await sleep(clock, delayMs, signal);
    return attempt;
  };

  return async (attempt, error) => {
    const next = (await renew(attempt, error)) ?? mend(attempt, error) ?? (await repeat(attempt, error));
    if (!next) throw error;
    return next;
  };
}
