import { unescaped, withoutBase64 } from "./encodings.ts";
import { withoutLookalikes } from "./lookalikes.ts";
import { piecesMask, shortest } from "./pieces.ts";

/** The text without what must not be seen. */
export type Mask = (text: string) => string;

/** What must not be seen. Texts that come from elsewhere go through `mask` before anyone reads them. */
export interface Secrets {
  /**
   * Remembers an owner's secrets and the newest of those they replace, which requests under way may still carry. Owners
   * are few and have names of our own, such as `configuration`.
   */
  learn(owner: string, values: readonly (string | undefined)[]): void;
  mask: Mask;
}

/** Four times what a login consists of. */
const maxPerOwner = 12;
/** Of escapes within escapes; what is wrapped more often was not meant to be read. */
const maxLayers = 3;

export function createSecrets(): Secrets {
  const known = new Map<string, readonly string[]>();
  let withoutPieces = piecesMask([]);

  const hidden = (text: string, layers: number): string => {
    const plain = layers > 0 ? unescaped(text) : text;
    const shown = plain === text ? plain : hidden(plain, layers - 1);
    // A text that hides nothing stays as it was written.
    return shown === plain ? withoutBase64(withoutPieces(withoutLookalikes(text)), withoutPieces) : shown;
  };

  return {
    learn(owner, values) {
      const before = known.get(owner) ?? [];
      const given = values.flatMap(spellings);
      if (given.every((value, index) => before[index] === value)) return;
      known.set(owner, [...new Set([...given, ...before])].slice(0, Math.max(maxPerOwner, given.length)));
      withoutPieces = piecesMask([...new Set([...known.values()].flat())]);
    },
    mask: (text) => (text.length < shortest ? text : hidden(text, maxLayers)),
  };
}

/** Unescaping a text also changes a secret in it that itself looks escaped. */
const spellings = (secret = ""): string[] =>
  [...new Set([secret, unescaped(secret)])].filter(({ length }) => length >= shortest);
