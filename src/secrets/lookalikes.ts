/**
 * Tokens by what they begin with: those of Amazon's login service, Kiro's keys, JSON Web Tokens, and what follows
 * "Bearer" in a header; "bearer" occurs in sentences too, where no word as long follows. No alternative backtracks, which
 * keeps the search linear.
 */
const tokens = /\b(?:ao[ar]|ksk_|eyJ)[\w.~+/=:-]{6,}|\bBearer\s+[^\s"'\\]+|\bbearer\s+[\w.~+/=:-]{20,}/g;
/** Up to the last of several `@`, since a password that was not escaped may hold one. */
const userInfo = /\/\/[^\s/"']+@/g;

/** The text without what looks like a token, and addresses in it without user and password. */
export const withoutLookalikes = (text: string): string =>
  text.replace(tokens, "[token]").replace(userInfo, "//");
