import { type Clock, sleep } from "../clock.ts";
import type { Conversation, Message } from "../turn/conversation.ts";

/** A client refused more often than this, in so short a time, has not understood. */
const most = 3;
const withinMs = 30_000;
const delayMs = 5_000;
const remembered = 100;

/** Resolves when the refusal may be sent; rejects with the signal's reason when the client leaves first. */
export type Brake = (refused: Conversation, signal: AbortSignal) => Promise<void>;

/** Slows down clients that keep sending a conversation that is too long; some never stop by themselves. */
export function createBrake(clock: Clock): Brake {
  const refusals = new Map<string, readonly number[]>();
  return async (refused, signal) => {
    const key = outlineOf(refused);
    const now = clock.steady();
    const times = [...(refusals.get(key) ?? []).filter((at) => now - at < withinMs), now];
    refusals.delete(key);
    refusals.set(key, times.slice(-most));
    for (const oldest of [...refusals.keys()].slice(0, -remembered)) refusals.delete(oldest);
    if (times.length > most) await sleep(clock, delayMs, signal);
  };
}

/** Equal for equal conversations, and hardly ever for different ones. */
const outlineOf = ({ model, messages }: Conversation): string =>
  [model, ...messages.map((message) => `${message.role}:${textLength(message)}`)].join(" ");

function textLength(message: Message): number {
  if (message.role === "system") return message.text.length;
  let length = 0;
  for (const part of message.parts) length += part.type === "text" ? part.text.length : 0;
  return length;
}
