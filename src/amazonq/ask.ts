import type { TokenSource } from "../auth/token-source.ts";
import type { Log } from "../log.ts";
import { type Attempt, type ExchangeOptions, exchange, type Refusal } from "./exchange.ts";
import type { Prepared } from "./prepared.ts";
import { repaired } from "./repair.ts";
import type { RequestContext } from "./request/build.ts";

export interface AskOptions extends ExchangeOptions {
  tokens: TokenSource;
  log: Log;
  newId: () => string;
}

/** The attempt that the service took, and its answer. */
export interface Answered extends Attempt {
  response: Response;
}

/**
 * Sends a request until the service takes it: once more when it takes the token for stale, with another, and once
 * more when a repair may help; three times at most. Rejects with the last failure.
 */
export async function ask(
  options: AskOptions,
  first: Attempt,
  prepare: (context: RequestContext) => Prepared,
  signal: AbortSignal,
): Promise<Answered> {
  const mend = createMending(options, prepare, signal);
  let attempt = first;
  for (;;) {
    const answer = await exchange(options, attempt, signal);
    if (answer instanceof Response) return { ...attempt, response: answer };
    attempt = await mend(attempt, answer);
  }
}

/** The attempt to make after a refusal; renewal and repair are there once each, and without one left it rejects. */
function createMending(
  { tokens, log, newId }: AskOptions,
  prepare: (context: RequestContext) => Prepared,
  signal: AbortSignal,
) {
  let isRenewed = false;
  let isRepaired = false;

  return async ({ token, prepared }: Attempt, { error, repair }: Refusal): Promise<Attempt> => {
    if (error.kind === "login" && !isRenewed) {
      isRenewed = true;
      return { prepared, token: await tokens.renew(token, signal) };
    }
    if (!repair || isRepaired) throw error;
    isRepaired = true;
    const changed = prepare(repaired(prepared.context, repair, newId));
    // Nothing to mend, as when tools are to blame and there are none.
    if (changed.body === prepared.body) throw error;
    log.warn("upstream.repair", {
      repair,
      cause: error.cause instanceof Error ? error.cause.message : undefined,
    });
    return { token, prepared: changed };
  };
}
