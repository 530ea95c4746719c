/**
 * Tokens by what they begin with: those of Amazon's login service, Kiro's keys, JSON Web Tokens, and what follows the
 * word in a header; spelled small that stands in sentences too, where no word of that length follows. None reads on
 * after it has failed, which keeps the search linear.
 */
const tokens = /\b(?:ao[ar]|ksk_|eyJ)[\w.~+/=:-]{6,}|\bBearer\s+[^\s"'\\]+|\bbearer\s+[\w.~+/=:-]{20,}/g;
/** To the last of several `@`, as a password that nobody has escaped may hold one. */
const userInfo = /\/\/[^\s/"']+@/g;

/** The text without what looks like a token, and addresses in it without user and password. */
export const withoutLookalikes = (text: string): string =>
  text.replace(tokens, "[token]").replace(userInfo, "//");
