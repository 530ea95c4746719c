/** JSON with comments and trailing commas. Strict otherwise (Bun.JSONC ignores whatever follows the first value). */
export function parseJsonc(text: string): unknown {
  const withoutComments = text.replace(/^\uFEFF/, "").replace(stringOrComment, stringOr(" "));
  return JSON.parse(withoutComments.replace(stringOrLastComma, stringOr("")));
}

// Not (?:[^"\\]|\\.)* for a string, which fails on one of megabytes.
const stringOrComment = /("[^"\\]*(?:\\.[^"\\]*)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const stringOrLastComma = /("[^"\\]*(?:\\.[^"\\]*)*")|,(?=\s*[}\]])/g;

const stringOr = (blank: string) => (_: string, string?: string) => string ?? blank;
