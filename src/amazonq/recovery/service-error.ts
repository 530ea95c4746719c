import { BridgeError } from "../../errors.ts";
import type { RepairName } from "./repair.ts";
import type { Retryable } from "./retry.ts";

/** What the bridge itself may do about a failure, as long as the client has seen nothing of the answer. */
export interface Remedy extends Partial<Retryable> {
  /** A change of the request with which the service may take it. */
  repair?: RepairName;
}

/** A failure on the service's side that may have a remedy. */
export class ServiceError extends BridgeError {
  readonly remedy: Remedy;

  constructor(remedy: Remedy, ...failure: ConstructorParameters<typeof BridgeError>) {
    super(...failure);
    this.remedy = remedy;
  }
}

/** The same failure, with what may help against it. */
export const remediable = (
  remedy: Remedy,
  { kind, message, code, cause, severity }: BridgeError,
): ServiceError => new ServiceError(remedy, kind, message, { ...(code && { code }), cause, severity });

export const remedyOf = (error: unknown): Remedy => (error instanceof ServiceError ? error.remedy : {});
