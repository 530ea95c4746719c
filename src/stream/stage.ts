/** Where values go: any number of `push`, then one `end`. A throw from either is final. */
export interface Sink<T> {
  push(value: T): void;
  end(): void;
}

/** A synchronous step of a stream, its state in a closure: told where its output goes, it says where its input comes in. */
export type Stage<In, Out> = (next: Sink<Out>) => Sink<In>;

export const pipe =
  <A, B, C>(first: Stage<A, B>, second: Stage<B, C>): Stage<A, C> =>
  (next) =>
    first(second(next));

/** What a stage makes of some input, without a stream: for wholes and for tests. */
export function run<In, Out>(stage: Stage<In, Out>, inputs: Iterable<In>): Out[] {
  const outputs: Out[] = [];
  const sink = stage({ push: (value) => outputs.push(value), end() {} });
  for (const input of inputs) sink.push(input);
  sink.end();
  return outputs;
}

export interface TransformOptions<In, Out> {
  /** What stands for a failure: it is then the stream's last value, since the stream itself never errors. */
  settle: (error: unknown) => Out;
  /** Called once, when nothing more is to come or nobody waits for it. */
  onClose: () => void;
  /** Cuts a chunk of the source into the pieces that each give a batch of their own. */
  pieces: (chunk: In) => readonly In[];
  /** A value after which the stream is over, whatever else the source has: its rest is cancelled. */
  isLast: (value: Out) => boolean;
}

/**
 * Lifts a stage to a stream of batches: all that one piece of the source gave leaves as one array, so that the
 * runtime's cost is paid per piece. `cancel` reaches the source at once, also while a read is waiting.
 */
export function transformed<In, Out>(
  source: ReadableStream<In>,
  stage: Stage<In, Out>,
  { settle, onClose, pieces, isLast }: TransformOptions<In, Out>,
): ReadableStream<readonly Out[]> {
  const reader = source.getReader();
  const waiting: In[] = [];
  let batch: Out[] = [];
  let isOver = false;

  const emit = (value: Out) => {
    if (isOver) return;
    batch.push(value);
    isOver = isLast(value);
  };
  const sink = stage({ push: emit, end() {} });

  const advance = async () => {
    const piece = waiting.shift();
    if (piece !== undefined) return sink.push(piece);
    const { done, value } = await reader.read();
    if (!done) return void waiting.push(...pieces(value));
    sink.end();
    isOver = true;
  };

  const fill = async () => {
    try {
      while (batch.length === 0 && !isOver) await advance();
    } catch (error) {
      emit(settle(error));
      isOver = true;
    }
    if (isOver) reader.cancel().catch(() => {});
  };

  return new ReadableStream<readonly Out[]>(
    {
      async pull(controller) {
        await fill();
        const full = batch;
        batch = [];
        if (full.length > 0) controller.enqueue(full);
        if (!isOver) return;
        controller.close();
        onClose();
      },
      cancel(reason) {
        onClose();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
