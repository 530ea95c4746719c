/** A failure as the service reports it, by an HTTP answer or by an exception inside the stream. */
export interface ServiceFailure {
  /** 0 inside a stream. */
  status: number;
  /** The exception's name without namespace, such as `ThrottlingException`; empty when not given. */
  type: string;
  reason: string;
  message: string;
  /** How long the service asks to wait. */
  retryAfterSeconds?: number | undefined;
}

export type FailureTest = (failure: ServiceFailure) => boolean;

/** The reason is one of these texts, or the message contains one. */
export const says =
  (...texts: readonly string[]): FailureTest =>
  ({ reason, message }) =>
    texts.some((text) => reason === text || message.includes(text));

/** The exception has one of these names, here in lower case; the service ends some in `Exception`, some in `Error`, some in neither. */
export const named =
  (...types: readonly string[]): FailureTest =>
  ({ type }) =>
    types.includes(type.toLowerCase().replace(/(exception|error)$/, ""));

export const status =
  (...codes: readonly number[]): FailureTest =>
  (failure) =>
    codes.includes(failure.status);

export const any =
  (...tests: readonly FailureTest[]): FailureTest =>
  (failure) =>
    tests.some((test) => test(failure));
