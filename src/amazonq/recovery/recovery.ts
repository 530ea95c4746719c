import type { AccessToken, TokenSource } from "../../auth/token-source.ts";
import { type Clock, sleep } from "../../clock.ts";
import { BridgeError, whyOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { freshConversationId } from "../conversation-id.ts";
import type { Attempt } from "../exchange.ts";
import type { Prepared } from "../prepared.ts";
import type { RequestContext } from "../request/build.ts";
import { decide, maxRequests, type RetryBucket, repairCost } from "./retry.ts";
import { type RepairName, remedyOf } from "./service-error.ts";

export interface RecoveryOptions {
  tokens: Pick<TokenSource, "renew">;
  clock: Clock;
  log: Log;
  newId: () => string;
  random: () => number;
  bucket: RetryBucket;
  /** Overrides the login's own profile. */
  profileArn?: string | undefined;
  /** Called when there are too few tokens for a retry or a repair. */
  onEmptyBucket: () => void;
}

/** A request that may fail: how to rebuild it for a repair, and whether the client still waits. */
export interface Recoverable {
  prepare: (context: RequestContext) => Prepared;
  /** The client's. */
  signal: AbortSignal;
  /** For the log. */
  requestId: string | undefined;
}

/** The attempt to make after a failed one; rejects with the failure when nothing is left to try. */
export type Recovery = (attempt: Attempt, error: unknown) => Promise<Attempt>;

type Next = Attempt | undefined;

/** The remedies for one question: a renewed token once, a repair once, and as many retries as their class allows. */
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

  /** The user may have signed in to another account in the meantime: a profile belongs to its login. */
  const preparedFor = (token: AccessToken, prepared: Prepared): Prepared => {
    const profileArn = setProfile ?? token.profileArn;
    const { context } = prepared;
    return profileArn === context.profileArn ? prepared : prepare({ ...context, profileArn });
  };

  const repaired = (context: RequestContext, repair: RepairName): RequestContext =>
    repair === "new-conversation"
      ? { ...context, conversationId: freshConversationId(newId()) }
      : { ...context, repair };

  const mend = ({ token, prepared }: Attempt, error: unknown): Next => {
    const { repair } = remedyOf(error);
    if (!repair || isRepaired || requests >= maxRequests) return undefined;
    const changed = prepare(repaired(prepared.context, repair));
    // Nothing to repair, as when tools are blamed and there are none.
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
