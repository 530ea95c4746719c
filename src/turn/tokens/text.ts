import { createSteps, isAccented, languageBits, repetition, start } from "./automaton.ts";
import { numberKinds } from "./kinds.ts";

/** Counts a text that comes in pieces; the count is the same however it is cut. */
export interface TokenCount {
  /** Returns how much of the text was counted: all of it, or up to the character that exceeds the limit. */
  add(text: string, limit?: number): number;
  /** By estimate, not rounded; never decreases. */
  readonly tokens: number;
}

/** What `make` returns, made the first time it is asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Not built at program start, of which they would take a tenth. */
const tables = once(() => {
  const steps = createSteps();
  const kinds = numberKinds();
  return {
    tokensOf: (step: number): number => steps.tokens[step] ?? 0,
    placeAfter: (step: number): number => steps.places[step] ?? start,
    kindOf: (code: number): number => kinds[code] ?? 0,
  };
});

/** For how many characters an accented letter indicates the language. */
const accentReach = 100;

export function createTokenCount(): TokenCount {
  let tokens = 0;
  let place = start;
  let last = 0;
  let reach = 0;
  return {
    /** Works on copies: variables of the closure stay out of registers, and the loop would take twice as long. */
    add(text, limit = Number.POSITIVE_INFINITY) {
      const { tokensOf, placeAfter, kindOf } = tables();
      let sum = tokens;
      let at = place;
      let previous = last;
      let left = reach;
      let index = 0;
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index);
        const kind = code === previous ? repetition : kindOf(code);
        const step = (at << 4) | kind;
        const sumAfter = sum + tokensOf(step);
        if (sumAfter > limit) break;
        sum = sumAfter;
        at = placeAfter(step);
        previous = code;
        if ((at & languageBits) === 0) continue;
        left = isAccented(kind) ? accentReach : left - 1;
        if (left === 0) at &= ~languageBits;
      }
      tokens = sum;
      place = at;
      last = previous;
      reach = left;
      return index;
    },
    get tokens() {
      return tokens;
    },
  };
}

/** Texts up to this length are counted whole; of longer ones this much and an eighth of the rest, in evenly spread windows. */
const countedWhole = 4096;
const windowLength = 128;

/** Estimates the tokens of a text; not rounded. */
export function estimateTextTokens(text: string): number {
  const count = createTokenCount();
  if (text.length <= countedWhole) {
    count.add(text);
    return count.tokens;
  }
  const windows = Math.ceil((countedWhole + (text.length - countedWhole) / 8) / windowLength);
  for (let window = 0; window < windows; window++) {
    const from = Math.floor((text.length * window) / windows);
    count.add(text.slice(from, from + windowLength));
  }
  return (count.tokens * text.length) / (windows * windowLength);
}
