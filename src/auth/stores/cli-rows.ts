import { Database } from "bun:sqlite";
import { type CliClient, keysOf } from "./cli-client.ts";
import type { Rows } from "./cli-login.ts";

/** The client's rows in the database at `path`, all of one moment. Never `immutable`: that reads stale data. */
export const readRows = (path: string, client: CliClient): Rows => read(path, client, { readonly: true });

/** As `readRows`, from a copy, which SQLite may first put in order. */
export const readCopiedRows = (path: string, client: CliClient): Rows =>
  read(path, client, { readwrite: true });

function read(path: string, client: CliClient, mode: { readonly: true } | { readwrite: true }): Rows {
  using database = new Database(path, mode);
  return database.transaction(() => rowsOf(database, client))();
}

/** To be called inside a transaction, so that token and registration are of the same login. */
export function rowsOf(database: Database, client: CliClient): Rows {
  const rows = rowsIn(database, "auth_kv", client);
  return isReadable(database, "state") ? new Map([...rows, ...rowsIn(database, "state", client)]) : rows;
}

function rowsIn(database: Database, table: "auth_kv" | "state", client: CliClient): Rows {
  const keys = keysOf(client);
  using query = database.query<{ key: string; value: unknown }, string[]>(
    `SELECT key, value FROM ${table} WHERE key IN (${keys.map(() => "?").join()})`,
  );
  return new Map(query.all(...keys).map(({ key, value }) => [key, value]));
}

/** Whether there is such a table, with the columns of ours: a login does without the profile in it. */
function isReadable(database: Database, table: string): boolean {
  using query = database.query("SELECT 1 FROM pragma_table_info(?) WHERE name IN ('key', 'value')");
  return query.all(table).length === 2;
}
