import { BridgeError } from "../errors.ts";

/** A login service refuses what it was given to make new tokens of. */
export class GrantRefused extends BridgeError {
  /** The refusal's status and, where it has one, its name. */
  readonly said: string;
  /** Whether no further try with the same grant can succeed. */
  readonly isFinal: boolean;

  constructor(addressee: string, said: string, isFinal: boolean) {
    super("login", `${addressee} refused the saved login (${said}).`);
    this.said = said;
    this.isFinal = isFinal;
  }
}
