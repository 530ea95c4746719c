/**
 * Made of letters alone: OpenCode tries a request again, however it failed, when the failure's body has digits in it such
 * as 429 or 500, and that of Messages has the request's id (of hexadecimal ones 5 in 100 have).
 */
export const newId = (): string => crypto.randomUUID().replaceAll("-", "").replaceAll(/\d/g, letterOf);

const letterOf = (digit: string): string => "ghijklmnop".charAt(Number(digit));
