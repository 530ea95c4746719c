import type { Result } from "./check.ts";

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\/\/[^/\s@]*@/g, "//"],
  [/\b(?:ao[ar]|ksk_|eyJ)[\w.~+/=-]{6,}|\bBearer\s+\S+/g, "[token]"],
  [/\b\d{12}\b/g, "[account]"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "[address]"],
  [/[\p{Cc}\p{Cf}]+/gu, " "],
];

interface Private {
  home: string | undefined;
  /** Values that must not be shown, whatever they look like. */
  secrets: readonly (string | undefined)[];
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

function withoutPrivate(text: string, { home, secrets }: Private): string {
  let shown = text;
  for (const secret of secrets) if (secret) shown = shown.replaceAll(secret, "[secret]");
  if (home && home.length > 1) shown = shown.replaceAll(home, "~");
  for (const [pattern, replacement] of patterns) shown = shown.replace(pattern, replacement);
  return shown;
}
