import { createSteps, isAccented, languageBits, repetition, start } from "./automaton.ts";
import { numberKinds } from "./kinds.ts";
import { once } from "./once.ts";

/** Counts a text that comes in pieces; wherever it is cut, the count is the same. */
export interface TokenCount {
  /** Returns how much of the text was counted: all of it, or what comes before the character that goes over the limit. */
  add(text: string, limit?: number): number;
  /** By estimate; not rounded, and never less than it was. */
  readonly tokens: number;
}

/** Not while the program starts, of which it would be a tenth. */
const tables = once(() => {
  const steps = createSteps();
  const kinds = numberKinds();
  return {
    tokensOf: (step: number): number => steps.tokens[step] ?? 0,
    placeAfter: (step: number): number => steps.places[step] ?? start,
    kindOf: (code: number): number => kinds[code] ?? 0,
  };
});

/** For how many characters an accented letter tells the language. */
const accentReach = 100;

export function createTokenCount(): TokenCount {
  let tokens = 0;
  let place = start;
  let last = 0;
  let reach = 0;
  return {
    /** Works on copies: what a closure shares stays out of the registers, and the loop would take twice as long. */
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

/** Texts up to this length are counted whole; of a longer one also an eighth of what is beyond, in windows spread evenly. */
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
