/** JSON with comments and trailing commas. Strict in all else (Bun.JSONC ignores whatever follows the first value). */
export function parseJsonc(text: string): unknown {
  const withoutComments = text.replace(/^\uFEFF/, "").replace(stringOrComment, stringOr(" "));
  return JSON.parse(withoutComments.replace(stringOrLastComma, stringOr("")));
}

// A string is spelled thus and not as (?:[^"\\]|\\.)*, which gives up on one of megabytes.
const stringOrComment = /("[^"\\]*(?:\\.[^"\\]*)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const stringOrLastComma = /("[^"\\]*(?:\\.[^"\\]*)*")|,(?=\s*[}\]])/g;

const stringOr = (blank: string) => (_: string, string?: string) => string ?? blank;
