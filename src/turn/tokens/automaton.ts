import { accentTokens, type Kind, kinds, weights } from "./weights.ts";

const languages = ["word", "romance", "foreign"] as const;

/** The state of a count: in a run of this kind and length, with letters read as of this language. */
interface Place {
  language: (typeof languages)[number];
  kind: Kind;
  length: number;
}

interface Step {
  to: Place;
  tokens: number;
}

const numberOf = ({ language, kind, length }: Place): number =>
  (languages.indexOf(language) << 7) | (kinds.indexOf(kind) << 3) | length;

export const start = numberOf({ language: "word", kind: "blank", length: 0 });
/** The bits of a place that stand for a language other than English. */
export const languageBits = 3 << 7;

/** The number of one more kind: a character that repeats the one before. */
export const repetition = 15;

/** For a kind's number. */
export const isAccented = (number: number): boolean => number === romance || number === foreign;
const romance = kinds.indexOf("romance");
const foreign = kinds.indexOf("foreign");

/** By `place << 4 | kind`: the cost of a next character of that kind, and the place that it leads to. */
export function createSteps(): { tokens: Float32Array; places: Uint16Array } {
  const count = languages.length << 11;
  const tokens = new Float32Array(count);
  const places = new Uint16Array(count);

  const add = (from: Place, number: number, step: Step) => {
    const at = (numberOf(from) << 4) | number;
    tokens[at] = step.tokens;
    places[at] = numberOf(capped(step.to));
  };
  for (const from of allPlaces()) {
    kinds.forEach((kind, number) => {
      add(from, number, stepTo(from, kind));
    });
    add(from, repetition, repeat(from));
  }
  return { tokens, places };
}

function* allPlaces(): Generator<Place> {
  for (const language of languages) {
    for (const kind of kinds) {
      for (let length = 0; length <= longest(kind); length++) yield { language, kind, length };
    }
  }
}

/** Beyond this length every character of a run costs the same. */
const longest = (kind: Kind): number => weights[kind].paid + 1;
const capped = (place: Place): Place => ({ ...place, length: Math.min(place.length, longest(place.kind)) });

const isGap = (kind: Kind) => kind === "blank" || kind === "break";
const isAccent = (kind: Kind) => kind === "romance" || kind === "foreign";
const isLetter = (kind: Kind) => kind === "word" || kind === "inner" || isAccent(kind);
const isMark = (kind: Kind) => kind === "punctuation" || kind === "symbol";

function runAfter(from: Place, kind: Kind): Place {
  const longer = { ...from, length: from.length + 1 };
  const begun = { ...from, kind, length: 1 };
  switch (kind) {
    case "blank":
    case "break":
      return isGap(from.kind) ? { ...longer, kind } : begun;
    case "word":
      if (from.kind === "inner") return longer;
      if (from.kind === "capital" && from.length > 1) return { ...begun, kind: "inner" };
      return { ...(isLetter(from.kind) || from.kind === "capital" ? longer : begun), kind: from.language };
    case "romance":
    case "foreign":
      return { ...(isLetter(from.kind) ? longer : begun), kind, language: kind };
    default:
      return from.kind === kind ? longer : begun;
  }
}

function stepTo(from: Place, kind: Kind): Step {
  const to = runAfter(from, kind);
  if (isGap(kind)) return { to, tokens: 0 };
  return { to, tokens: gapTokens(from) + runTokens(to) + (isAccent(kind) ? accentTokens : 0) };
}

/** Rulers and the like cost next to nothing; repeated letters cost as much as any. */
function repeat(from: Place): Step {
  if (isMark(from.kind)) return { to: from, tokens: 0 };
  return stepTo(from, isLetter(from.kind) ? "word" : from.kind);
}

/**
 * A gap is paid for by the character after it. The vocabulary's words begin with a blank: a single one costs nothing,
 * and a longer gap gives its last one away.
 */
function gapTokens({ kind, length }: Place): number {
  if (kind === "blank") return length > 1 ? 1 : 0;
  if (kind === "break") return length > 1 ? 2 : 1;
  return 0;
}

function runTokens({ kind, length }: Place): number {
  const { first, paid, further } = weights[kind];
  if (length === 1) return first;
  return length <= paid ? 0 : further;
}
