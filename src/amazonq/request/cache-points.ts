import type { ServiceModel } from "../models/service-model.ts";
import type { SentTurn } from "./turns.ts";

/**
 * The turns with no more cache marks than the model takes (contract 2.6): those of the instructions and the newest
 * ones. There is never a mark among the tools (R35).
 */
export function limitCacheMarks(
  instructions: readonly SentTurn[],
  turns: readonly SentTurn[],
  caching: ServiceModel["caching"],
): { instructions: SentTurn[]; turns: SentTurn[] } {
  let left = caching?.maxCheckpoints ?? 0;
  const keep = (turn: SentTurn): SentTurn => {
    const cacheAfter = turn.cacheAfter && left > 0;
    if (cacheAfter) left--;
    return { ...turn, cacheAfter };
  };
  return { instructions: instructions.map(keep), turns: turns.toReversed().map(keep).reverse() };
}
