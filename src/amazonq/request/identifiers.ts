import { limits } from "./limits.ts";

const digest = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 8);

/** At most 64 characters, the last nine a hash of `source`. */
const withDigest = (identifier: string, source: string) =>
  `${identifier.slice(0, limits.identifier - 9)}_${digest(source)}`;

/** R36: one to 64 letters, digits, `_` and `-`. A legal text stays unchanged. */
export function legalIdentifier(text: string): string {
  const legal = text.replaceAll(/[^a-zA-Z0-9_-]/g, "_") || "_";
  return legal.length > limits.identifier ? withDigest(legal, text) : legal;
}

/** R23, R24: an identifier that begins with a letter. */
export const legalToolName = (name: string): string =>
  legalIdentifier(/^[a-zA-Z]/.test(name) ? name : `tool_${name}`);

/**
 * Hands out identifiers that differ from all earlier ones by more than case (R25, R38): the legal form of the text
 * while it is free, then the same with a hash. The same texts in the same order give the same identifiers.
 */
export function distinctIdentifiers(legalForm: (text: string) => string): (text: string) => string {
  const taken = new Set<string>();
  const timesAsked = new Map<string, number>();
  return (text) => {
    const legal = legalForm(text);
    let attempt = timesAsked.get(text) ?? 0;
    let identifier = legal;
    do {
      identifier = attempt === 0 ? legal : withDigest(legal, `${text}\n${attempt}`);
      attempt++;
    } while (taken.has(identifier.toLowerCase()));
    timesAsked.set(text, attempt);
    taken.add(identifier.toLowerCase());
    return identifier;
  };
}
