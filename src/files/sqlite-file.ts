import { SQLiteError } from "bun:sqlite";
import { stat } from "node:fs/promises";
import { type Clock, sleep } from "../clock.ts";
import { errorCode, isMissing } from "../error-code.ts";

/** Not quite a second in all. */
const pausesMs = [10, 20, 40, 80, 100, 100, 100, 100, 100, 100, 100, 100];

/** What there is in place of a file that SQLite can be given; it would hang on a pipe. */
export async function whyUnreadable(path: string): Promise<Unreadable | undefined> {
  try {
    return (await stat(path)).isFile()
      ? undefined
      : { state: "unusable", reason: "it is not a regular file" };
  } catch (error) {
    if (isMissing(error)) return { state: "missing", reason: "there is no such file" };
    return { state: "unusable", reason: `it cannot be examined (${errorCode(error)})` };
  }
}

interface Unreadable {
  state: "missing" | "unusable";
  reason: string;
}

/**
 * Does `work` again while another program has the database locked, for a second at most; then rejects with SQLite's
 * error. Waits between tries: SQLite's own `busy_timeout` would block the event loop.
 */
export async function patiently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await sleep(clock, pause);
  }
  return work();
}

/** Whether the database is fine but in another program's hands for now. */
export const isBusy = (error: unknown): boolean =>
  error instanceof SQLiteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code ?? "");

/** SQLite's message can quote the schema, never a value. */
export const describeFailure = (error: unknown): string =>
  error instanceof SQLiteError
    ? `SQLite says: ${error.message} (${error.code})`
    : `it cannot be read (${errorCode(error)})`;
