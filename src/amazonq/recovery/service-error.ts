import { BridgeError } from "../../errors.ts";
import type { Repair } from "../request/build.ts";
import type { Retryable } from "./retry.ts";

/** A change to the request with which the service may accept what it refused (contract 4.4). */
export type RepairName = Repair | "new-conversation";

/** What the bridge itself may do about a failure as long as the client has seen nothing of the answer. */
export interface Remedy extends Partial<Retryable> {
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

/** The same failure with a remedy. */
export const remediable = (remedy: Remedy, error: BridgeError): ServiceError =>
  new ServiceError(remedy, error.kind, error.message, error);

export const remedyOf = (error: unknown): Remedy => (error instanceof ServiceError ? error.remedy : {});
