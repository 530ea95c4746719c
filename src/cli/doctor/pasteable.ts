import { onOneLine } from "../../one-line.ts";
import type { Mask } from "../../secrets/secrets.ts";
import type { Result } from "./check.ts";

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b\d{12}\b/g, "[account]"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "[address]"],
];

interface Private {
  home: string | undefined;
  mask: Mask;
}

/** The result in words that may stand in a public bug report. */
export function pasteable({ name, state, said, remedy }: Result, hidden: Private): Result {
  return {
    name,
    state,
    said: withoutPrivate(said, hidden),
    ...(remedy !== undefined && { remedy: withoutPrivate(remedy, hidden) }),
  };
}

function withoutPrivate(text: string, { home, mask }: Private): string {
  let shown = mask(text);
  if (home && home.length > 1) shown = shown.replaceAll(home, "~");
  for (const [pattern, replacement] of patterns) shown = shown.replace(pattern, replacement);
  return onOneLine(shown);
}
