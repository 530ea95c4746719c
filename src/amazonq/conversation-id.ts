import type { Conversation } from "../turn/conversation.ts";

/** R2: the same for every request of one conversation, as its instructions and first words are; in the form of a UUID. */
export function conversationId({ system, begunWith = system, messages }: Conversation): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const text of begunWith) hash.update(text).update("\0");
  for (const message of messages.slice(0, 1)) {
    const texts =
      message.role === "system"
        ? [message.text]
        : message.parts.map((part) => (part.type === "text" ? part.text : part.type));
    for (const text of texts) hash.update(text).update("\0");
  }
  return uuid(hash);
}

/** An id that no conversation had before; `seed` is unique. */
export const freshConversationId = (seed: string): string =>
  uuid(new Bun.CryptoHasher("sha256").update(seed));

function uuid(hash: Bun.CryptoHasher): string {
  const hex = hash.digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
