import type { Stage } from "./stage.ts";
import type { Pause } from "./turns.ts";

/** What `getReader` of a stream gives, as far as it is needed. */
export interface Source<T> {
  read(): Promise<{ done: boolean; value?: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

/** All that one piece of a source gave comes as one array, so that the runtime's cost is paid per piece. */
export interface Batches<T> {
  /** The next batch, never an empty one; undefined after the last. Never rejects. */
  read(): Promise<readonly T[] | undefined>;
  /** Reaches the source at once, also while a read is waiting; that gives undefined then. Never rejects. */
  cancel(reason?: unknown): Promise<void>;
}

export interface BatchOptions<In, Out> {
  /** What stands for a failure: it is then the last value. */
  settle: (error: unknown) => Out;
  /** Called once, when nothing more is to come or nobody waits for it. */
  onClose?: () => void;
  /** Cuts a chunk of the source into the pieces that each give a batch of their own; by default it is one piece. */
  pieces?: (chunk: In) => readonly In[];
  /** A value after which all is over, whatever else the source has: its rest is cancelled. */
  isLast: (value: Out) => boolean;
  /** Asked before each read of the source. */
  pause?: Pause;
}

/** Reads a source through a stage. */
export function batchesOf<In, Out>(
  source: Source<In>,
  stage: Stage<In, Out>,
  { settle, onClose = () => {}, pieces = (chunk) => [chunk], isLast, pause }: BatchOptions<In, Out>,
): Batches<Out> {
  let waiting: readonly In[] = [];
  let next = 0;
  let batch: Out[] = [];
  let isOver = false;
  let isClosed = false;

  const emit = (value: Out) => {
    if (isOver) return;
    batch.push(value);
    isOver = isLast(value);
  };
  const sink = stage({ push: emit, end() {} });

  const close = () => {
    isOver = true;
    if (!isClosed) onClose();
    isClosed = true;
  };

  const work = () => {
    while (batch.length === 0 && !isOver) {
      const piece = waiting[next++];
      if (piece === undefined) return;
      sink.push(piece);
    }
  };

  const take = ({ done, value }: Awaited<ReturnType<Source<In>["read"]>>) => {
    if (!done && value !== undefined) {
      waiting = pieces(value);
      next = 0;
      return work();
    }
    sink.end();
    isOver = true;
  };

  const cancel = (reason?: unknown) => {
    close();
    return source.cancel(reason).catch(() => {});
  };

  return {
    async read() {
      try {
        work();
        while (batch.length === 0 && !isOver) {
          const turn = pause?.();
          if (turn) await turn;
          take(await source.read());
        }
      } catch (error) {
        emit(settle(error));
        isOver = true;
      }
      if (isOver && !isClosed) void cancel();
      const full = batch;
      batch = [];
      return full.length > 0 ? full : undefined;
    },
    cancel,
  };
}

/** The same as a stream, which begins with `first` where that was read already. */
export function streamOf<T>(batches: Batches<T>, first?: readonly T[]): ReadableStream<readonly T[]> {
  let held = first;
  return new ReadableStream(
    {
      async pull(controller) {
        const batch = held ?? (await batches.read());
        held = undefined;
        if (batch) controller.enqueue(batch);
        else controller.close();
      },
      cancel: (reason) => batches.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Lifts a stage from values to a stream of batches. */
export const transformed = <In, Out>(
  source: ReadableStream<In>,
  stage: Stage<In, Out>,
  options: BatchOptions<In, Out>,
): ReadableStream<readonly Out[]> => streamOf(batchesOf(source.getReader(), stage, options));
