/** JSON with comments and trailing commas. Strict in all else (Bun.JSONC ignores whatever follows the first value). */
export function parseJsonc(text: string): unknown {
  const withoutComments = text
    .replace(/^\uFEFF/, "")
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? " ");
  return JSON.parse(
    withoutComments.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? ""),
  );
}
