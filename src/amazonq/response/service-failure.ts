/** A failure as the service tells it, by HTTP answer or by an exception inside the stream. */
export interface ServiceFailure {
  /** 0 when it came inside a stream, which has no status of its own. */
  status: number;
  /** Exception name without namespace, such as `ThrottlingException`; empty when not given. */
  type: string;
  reason: string;
  message: string;
  /** How long the service asks to wait. */
  retryAfterSeconds?: number | undefined;
}

export type FailureTest = (failure: ServiceFailure) => boolean;

/** Its reason is one of these, or its message has one of them. */
export const says =
  (...texts: readonly string[]): FailureTest =>
  ({ reason, message }) =>
    texts.some((text) => reason === text || message.includes(text));

export const named =
  (...types: readonly string[]): FailureTest =>
  ({ type }) =>
    types.includes(type.toLowerCase());

export const status =
  (...codes: readonly number[]): FailureTest =>
  (failure) =>
    codes.includes(failure.status);

export const any =
  (...tests: readonly FailureTest[]): FailureTest =>
  (failure) =>
    tests.some((test) => test(failure));

export const both =
  (first: FailureTest, second: FailureTest): FailureTest =>
  (failure) =>
    first(failure) && second(failure);
