import type { Conversation } from "../turn/conversation.ts";

/** R2: the same for all requests of a conversation, which share instructions and first message; in the form of a UUID. */
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

/** An id that no conversation has had before; `seed` must be unique. */
export const freshConversationId = (seed: string): string =>
  uuid(new Bun.CryptoHasher("sha256").update(seed));

const uuid = (hash: Bun.CryptoHasher): string =>
  hash.digest("hex").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-4$3-8$4-$5");
