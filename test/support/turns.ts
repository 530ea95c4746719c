import { BridgeError } from "../../src/errors.ts";
import type { BatchReader } from "../../src/stream/batches.ts";
import type { Stage } from "../../src/stream/stage.ts";
import type { StopReason, TurnEnd, TurnError, TurnEvent, TurnStream, Usage } from "../../src/turn/events.ts";
import { turnFrom, turnReader } from "../../src/turn/reader.ts";

export const say = (text: string): TurnEvent => ({ type: "text-delta", text });
export const think = (text: string): TurnEvent => ({ type: "reasoning-delta", text });
export const sign = (signature = ""): TurnEvent => ({ type: "reasoning-end", signature });

/** A call that is begun but not ended. */
export const openCall = (id: string, name: string, ...json: readonly string[]): TurnEvent[] => [
  { type: "tool-call-start", id, name },
  ...json.map((piece): TurnEvent => ({ type: "tool-call-delta", json: piece })),
];
export const wholeCall = (id: string, name: string, ...json: readonly string[]): TurnEvent[] => [
  ...openCall(id, name, ...json),
  { type: "tool-call-end" },
];

/** What the service has told of its counts whenever it was watched: nothing. */
export const uncounted: Usage = {
  inputTokens: 100,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: true,
};
export const counted: Usage = { ...uncounted, outputTokens: 50, estimated: false };

export const end = (stopReason: StopReason = "end", usage = uncounted): TurnEnd => ({
  type: "turn-end",
  stopReason,
  stopSequence: null,
  usage,
});
export const countedEnd = (stopReason: StopReason = "end"): TurnEnd => end(stopReason, counted);

export const failed = (error = new BridgeError("upstream", "The service broke off.")): TurnError => ({
  type: "turn-error",
  error,
});

/** All that is said in the events, in one string. */
export const spoken = (events: readonly TurnEvent[]): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

export interface Source<T> {
  stream: ReadableStream<T>;
  /** Values asked for so far. */
  pulls(): number;
  /** Reasons it was cancelled with. */
  cancellations: unknown[];
}

/** A stream of these values that counts how often it is asked; after the last one it closes, or stays open and silent. */
export function source<T>(
  values: readonly T[],
  { thenSilent = false, thenFail }: { thenSilent?: boolean; thenFail?: unknown } = {},
): Source<T> {
  let pulls = 0;
  const cancellations: unknown[] = [];
  const stream = new ReadableStream<T>(
    {
      pull(controller) {
        pulls++;
        const value = values[pulls - 1];
        if (value !== undefined) return controller.enqueue(value);
        if (thenSilent) return new Promise<never>(() => {});
        if (thenFail !== undefined) return controller.error(thenFail);
        controller.close();
      },
      cancel(reason) {
        cancellations.push(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, pulls: () => pulls, cancellations };
}

export type BatchStream = ReadableStream<readonly TurnEvent[]>;

/** A turn that arrives in these batches. */
export const turnOf = (...batches: readonly (readonly TurnEvent[])[]): TurnStream =>
  turnIn(source(batches).stream);

export const turnIn = (stream: BatchStream): TurnStream => turnFrom(stream.getReader());

/** The batches that a turn gives through a stage. */
export const through = (
  turn: TurnStream,
  stage: Stage<TurnEvent, TurnEvent>,
): Promise<(readonly TurnEvent[])[]> => batchesOfAll(turnReader(Promise.resolve(turn), stage));

/** All that there is to read. */
export async function batchesOfAll<T>(reader: BatchReader<T>): Promise<(readonly T[])[]> {
  const batches: (readonly T[])[] = [];
  for (let batch = await reader.read(); batch; batch = await reader.read()) batches.push(batch);
  return batches;
}

export async function allOf<T>(stream: ReadableStream<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
