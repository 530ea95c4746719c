/** That many random bytes. */
export type Random = (length: number) => Uint8Array;

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** URL-safe characters that carry `bytes` bytes of chance. */
export const randomText = (random: Random, bytes: number): string =>
  Buffer.from(random(bytes)).toString("base64url");

export function randomUuid(random: Random): string {
  const hex = Buffer.from(random(16)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
