import { SQLiteError } from "bun:sqlite";
import { stat } from "node:fs/promises";
import { type Clock, sleep } from "../clock.ts";
import { errorCode, isMissing } from "../error-code.ts";

/** Just under a second in all. */
const pausesMs = [10, 20, 40, 80, 100, 100, 100, 100, 100, 100, 100, 100];

/** Why SQLite, which would hang on a pipe, must not be given the file; undefined when it may. */
export async function whyUnreadable(
  path: string,
): Promise<{ state: "missing" | "unusable"; reason: string } | undefined> {
  try {
    if ((await stat(path)).isFile()) return undefined;
    return { state: "unusable", reason: "it is not a regular file" };
  } catch (error) {
    if (isMissing(error)) return { state: "missing", reason: "there is no such file" };
    return { state: "unusable", reason: `it cannot be examined (${errorCode(error)})` };
  }
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

/** SQLite's message may quote the schema, but never a value. */
export const describeFailure = (error: unknown): string =>
  error instanceof SQLiteError
    ? `SQLite says: ${error.message} (${error.code})`
    : `it cannot be read (${errorCode(error)})`;
