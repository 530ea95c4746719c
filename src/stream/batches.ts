import type { Sink, Stage } from "./stage.ts";
import type { Pause } from "./turns.ts";

/** The part of a stream's reader that is used. */
export interface Source<T> {
  read(): Promise<{ done?: boolean | undefined; value?: T | undefined }>;
  cancel(reason?: unknown): Promise<unknown>;
}

/** Everything that one piece of a source brings is one array, so that the runtime's cost is paid per piece. One read at a time. */
export interface BatchReader<T> {
  /** The next batch, never an empty one; undefined after the last. Never rejects. */
  read(): Promise<readonly T[] | undefined>;
  /** Reaches the source at once, even while a read is waiting, which then returns undefined. Never rejects. */
  cancel(reason?: unknown): Promise<void>;
}

export interface Batches<T> extends BatchReader<T> {
  /** The next value, without taking it. */
  peek(): Promise<T | undefined>;
  /**
   * Sends everything still unread through another stage and returns itself: however many stages there are, they
   * are one synchronous step between two reads. `onClose` is called like that of the options.
   */
  through(stage: Stage<T, T>, onClose?: () => void): Batches<T>;
}

export interface BatchOptions<In, Out> {
  /** The value that reports a failure; it is then the last. */
  settle: (error: unknown) => Out;
  /** Called once, when nothing more comes or nobody wants it. */
  onClose?: () => void;
  /** Cuts a chunk of the source into pieces, each for a batch of its own; by default into one. */
  pieces?: (chunk: In) => readonly In[];
  /** Whether a value is the last; the rest of the source is then cancelled. */
  isLast: (value: Out) => boolean;
  /** Asked before each read of the source. */
  pause?: Pause;
}

/** Reads a source through a stage. */
export function batchesOf<In, Out>(
  source: Source<In>,
  stage: Stage<In, Out>,
  { settle, onClose, pieces = (chunk) => [chunk], isLast, pause }: BatchOptions<In, Out>,
): Batches<Out> {
  let waiting: readonly In[] = [];
  let next = 0;
  let batch: Out[] = [];
  let hasEnded = false;
  let isOver = false;
  let isClosed = false;
  const closers = onClose ? [onClose] : [];

  const emit = (value: Out) => {
    if (isOver) return;
    batch.push(value);
    isOver = isLast(value);
  };
  const exit: Sink<Out> = { push: emit, end() {} };
  const entry = joint(exit);
  let end = entry;
  const sink = stage(entry);

  const close = () => {
    isOver = true;
    isClosed = true;
    for (const closed of closers.splice(0)) closed();
  };
  const cancel = async (reason?: unknown) => {
    close();
    await source.cancel(reason).catch(() => {});
  };

  const work = () => {
    while (batch.length === 0 && !isOver) {
      const piece = waiting[next++];
      if (piece === undefined) break;
      sink.push(piece);
    }
    if (next >= waiting.length) waiting = [];
  };

  const take = ({ done, value }: Awaited<ReturnType<Source<In>["read"]>>) => {
    if (!done && value !== undefined) {
      waiting = pieces(value);
      next = 0;
      return work();
    }
    hasEnded = true;
    sink.end();
    isOver = true;
  };

  const fail = (error: unknown) => {
    try {
      entry.push(settle(error));
    } catch (fault) {
      emit(settle(fault));
    }
    isOver = true;
  };

  const filled = async <Given>(give: () => Given): Promise<Given> => {
    try {
      work();
      while (batch.length === 0 && !isOver) {
        const turn = pause?.();
        if (turn) await turn;
        take(await source.read());
      }
    } catch (error) {
      fail(error);
    }
    if (isOver && !isClosed) void cancel();
    return give();
  };

  const takeBatch = () => {
    if (batch.length === 0) return undefined;
    const full = batch;
    batch = [];
    return full;
  };

  const batches: Batches<Out> = {
    read: () => filled(takeBatch),
    peek: () => filled(() => batch[0]),
    cancel,
    through(further, closed) {
      const held = batch;
      batch = [];
      isOver = false;
      const onward = joint(exit);
      end.next = further(onward);
      try {
        for (const value of held) end.push(value);
        if (hasEnded) end.end();
      } catch (error) {
        fail(error);
      }
      end = onward;
      isOver ||= isClosed;
      if (closed) closers.push(closed);
      if (isClosed) close();
      return batches;
    },
  };
  return batches;
}

/** Where a stage ends and another may begin later. */
function joint<T>(next: Sink<T>): Sink<T> & { next: Sink<T> } {
  const here = { next, push: (value: T) => here.next.push(value), end: () => here.next.end() };
  return here;
}
