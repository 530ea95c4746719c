import { type Clock, sleep } from "../clock.ts";
import type { Conversation, Message } from "../turn/conversation.ts";

/** So many refusals in so short a time are a client that has not understood. */
const most = 3;
const withinMs = 30_000;
const delayMs = 5_000;
const remembered = 100;

/** Resolves when the refusal may be told; rejects with the signal's reason when the client leaves before. */
export type Brake = (refused: Conversation, signal: AbortSignal) => Promise<void>;

/** Holds a client up that sends the same conversation again and again though it is too long: some do so without end. */
export function createBrake(clock: Clock): Brake {
  const refusals = new Map<string, readonly number[]>();
  return async (refused, signal) => {
    const key = outlineOf(refused);
    const now = clock.now();
    const times = [...(refusals.get(key) ?? []).filter((at) => now - at < withinMs), now];
    refusals.delete(key);
    refusals.set(key, times.slice(-most));
    for (const oldest of [...refusals.keys()].slice(0, -remembered)) refusals.delete(oldest);
    if (times.length > most) await sleep(clock, delayMs, signal);
  };
}

/** The same for the same conversation, and hardly ever for another. */
const outlineOf = ({ model, messages }: Conversation): string =>
  [model, ...messages.map((message) => `${message.role}:${textLength(message)}`)].join(" ");

function textLength(message: Message): number {
  if (message.role === "system") return message.text.length;
  let length = 0;
  for (const part of message.parts) length += part.type === "text" ? part.text.length : 0;
  return length;
}
