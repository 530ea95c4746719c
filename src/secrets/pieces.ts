/** So many characters of a secret in a row must not be seen; a shorter value is no secret. */
export const shortest = 6;

/** Of a secret that a person chose, a piece of up to this length may be a word. */
const longestWord = 15;

/** Any six characters hold four that begin at a multiple of three, so only every third place is looked at. */
const gramLength = 4;
const stride = 3;
/** Of a gram within one secret; only one made to cost time has more (20 s for 64 KB of text, measured). */
const maxPlaces = 16;

interface Known {
  value: string;
  /** Characters that give it away. */
  least: number;
}

/**
 * Masks secrets in texts; of random ones small pieces too, but not of passwords that a person chose, whose pieces may
 * be words. Takes about a nanosecond for each character.
 */
export function piecesMask(secrets: readonly string[]): (text: string) => string {
  const holders = holdersByGram(secrets);
  if (holders.size === 0) return (text) => text;

  return (text) => {
    let shown = "";
    let from = 0;
    for (let at = 0; at + gramLength <= text.length; at += stride) {
      const suspects = holders.get(gramAt(text, at));
      const piece = suspects && longestAround(text, at, from, suspects);
      if (piece === undefined) continue;
      shown += `${text.slice(from, piece.start)}[secret]`;
      from = piece.end;
      at = from - stride;
    }
    return from === 0 ? text : shown + text.slice(from);
  };
}

function holdersByGram(secrets: readonly string[]): ReadonlyMap<number, readonly Known[]> {
  const holders = new Map<number, Known[]>();
  for (const value of secrets) {
    const known = { value, least: isRandom(value) ? shortest : Math.min(value.length, longestWord + 1) };
    for (const gram of gramsOf(value)) holders.set(gram, [...(holders.get(gram) ?? []), known]);
  }
  return holders;
}

const isRandom = (value: string): boolean =>
  value.length >= 16 && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);

const gramsOf = (value: string): ReadonlySet<number> =>
  new Set(Array.from({ length: value.length - gramLength + 1 }, (_, at) => gramAt(value, at)));

/** Exact for ASCII, which tokens are made of. */
const gramAt = (text: string, at: number): number =>
  text.charCodeAt(at) |
  (text.charCodeAt(at + 1) << 8) |
  (text.charCodeAt(at + 2) << 16) |
  (text.charCodeAt(at + 3) << 24);

interface Piece {
  start: number;
  end: number;
}

/** The longest piece of any of the secrets around the four characters, if it gives its secret away. */
function longestAround(
  text: string,
  at: number,
  from: number,
  suspects: readonly Known[],
): Piece | undefined {
  const gram = text.slice(at, at + gramLength);
  let longest: Piece | undefined;
  for (const { value, least } of suspects) {
    let places = 0;
    for (let place = value.indexOf(gram); place >= 0; place = value.indexOf(gram, place + 1)) {
      if (places++ === maxPlaces) break;
      const before = same(text, at - 1, value, place - 1, -1, Math.min(at - from, place));
      const after = same(text, at, value, place, 1, value.length - place);
      const length = before + after;
      if (length < least || (longest && length <= longest.end - longest.start)) continue;
      longest = { start: at - before, end: at + after };
    }
  }
  return longest;
}

/** How many characters, at most so many, are the same from the two places on, going in steps of 1 or -1. */
function same(text: string, at: number, value: string, place: number, step: 1 | -1, most: number): number {
  let count = 0;
  while (count < most && text[at + step * count] === value[place + step * count]) count++;
  return count;
}
