import { Database, SQLiteError } from "bun:sqlite";
import { stat } from "node:fs/promises";
import { type Clock, sleep } from "../clock.ts";
import { cliKeys, decodeCliLogin, type Rows } from "./cli-login.ts";
import { errorCode, isMissing } from "./durable-file.ts";
import type { LoginStore, Reading } from "./login.ts";
import { isBusy } from "./sqlite-busy.ts";

const backoffMs = [10, 20, 40, 80, 100];
const patienceMs = 1_000;

/** The login of the Amazon Q CLI, in the database at `path`, which is only ever read. */
export function createCliDatabase(path: string, clock: Clock): LoginStore {
  const read = async (): Promise<Reading> => {
    const unreadable = await whyUnreadable(path);
    return unreadable === undefined ? readPatiently(path, clock) : { state: "unusable", reason: unreadable };
  };
  return { source: "Amazon Q CLI", path, files: [path, `${path}-wal`], read };
}

/** SQLite would hang on a pipe. */
async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? undefined : "it is not a regular file";
  } catch (error) {
    return isMissing(error) ? "there is no such file" : `it cannot be examined (${errorCode(error)})`;
  }
}

/** Waits for a lock between tries: SQLite's own `busy_timeout` would block the event loop. */
async function readPatiently(path: string, clock: Clock): Promise<Reading> {
  const deadline = clock.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return decodeCliLogin(readRows(path), clock.now());
    } catch (error) {
      if (!isBusy(error)) return { state: "unusable", reason: describe(error) };
    }
    const pause = backoffMs[attempt] ?? 100;
    if (clock.now() + pause > deadline) return { state: "busy", reason: "another program has locked it" };
    await sleep(clock, pause);
  }
}

/** One transaction, so that token and registration are of the same login. Never `immutable`: that reads stale data. */
function readRows(path: string): Rows {
  using database = new Database(path, { readonly: true });
  const readAll = database.transaction(() => {
    const rows = rowsOf(database, "auth_kv");
    return hasTable(database, "state") ? new Map([...rows, ...rowsOf(database, "state")]) : rows;
  });
  return readAll();
}

function rowsOf(database: Database, table: "auth_kv" | "state"): Map<string, unknown> {
  using query = database.query<{ key: string; value: unknown }, string[]>(
    `SELECT key, value FROM ${table} WHERE key IN (${cliKeys.map(() => "?").join()})`,
  );
  return new Map(query.all(...cliKeys).map(({ key, value }) => [key, value]));
}

function hasTable(database: Database, table: string): boolean {
  using query = database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return query.get(table) !== null;
}

/** SQLite's message can quote the schema, never a value. */
const describe = (error: unknown): string =>
  error instanceof SQLiteError ? `SQLite says: ${error.message} (${error.code})` : "it cannot be read";
