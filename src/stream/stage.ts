/** Where values go: any number of `push`, then one `end`. A throw from either is final. */
export interface Sink<T> {
  push(value: T): void;
  end(): void;
}

/** A synchronous step of a stream with its state in a closure: takes the sink of its output, returns that of its input. */
export type Stage<In, Out> = (next: Sink<Out>) => Sink<In>;

export const pipe =
  <A, B, C>(first: Stage<A, B>, second: Stage<B, C>): Stage<A, C> =>
  (next) =>
    first(second(next));

/** Takes arrays apart. */
export const eachOf = <T>(next: Sink<T>): Sink<readonly T[]> => ({
  push(values) {
    for (const value of values) next.push(value);
  },
  end: () => next.end(),
});

/** The output of a stage for a complete input, without a stream. */
export function run<In, Out>(stage: Stage<In, Out>, inputs: Iterable<In>): Out[] {
  const outputs: Out[] = [];
  const sink = stage({ push: (value) => outputs.push(value), end() {} });
  for (const input of inputs) sink.push(input);
  sink.end();
  return outputs;
}
