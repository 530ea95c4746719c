import type { SentTurn } from "./turns.ts";

/**
 * The turns with no more cache marks than the model takes (contract 2.6): those of the instructions and the newest
 * ones. There is never a mark among the tools (R35).
 */
export function limitCacheMarks(
  instructions: readonly SentTurn[],
  turns: readonly SentTurn[],
  most: number,
): { instructions: SentTurn[]; turns: SentTurn[] } {
  let left = most;
  const keep = (turn: SentTurn): SentTurn => {
    const cacheAfter = turn.cacheAfter && left > 0;
    if (cacheAfter) left--;
    return { ...turn, cacheAfter };
  };
  return { instructions: instructions.map(keep), turns: turns.toReversed().map(keep).reverse() };
}
