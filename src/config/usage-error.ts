import { onOneLine } from "../one-line.ts";

/** The program was started wrongly; `message` is one line that names the option at fault. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(message: string) {
    super(onOneLine(message));
  }
}
