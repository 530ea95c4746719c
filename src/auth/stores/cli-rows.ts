import { Database } from "bun:sqlite";
import { withMembers } from "../../jsonc/members.ts";
import { heldGrantId, type RenewedLogin } from "../login.ts";
import { type CliClient, keysOf } from "./cli-client.ts";
import { decodeTokenRow, type Rows, rowText } from "./cli-login.ts";

/**
 * The client's rows in the database at `path`, all of one moment. A copy may be opened `readwrite`, so that SQLite can put
 * it in order first. Never `immutable`: that reads stale data.
 */
export function readRows(
  path: string,
  client: CliClient,
  mode: { readonly: true } | { readwrite: true },
): Rows {
  using database = new Database(path, mode);
  return database.transaction(() => rowsOf(database, client))();
}

/**
 * Replaces the tokens in the row that still holds the grant with the id `inPlaceOf`, in one transaction; false when no
 * row does. The row keeps every other byte. Throws SQLite's error, at once when another program has the database locked.
 */
export function replaceTokens(
  path: string,
  client: CliClient,
  renewed: RenewedLogin,
  inPlaceOf: string,
): boolean {
  using database = new Database(path, { readwrite: true, create: false });
  const replace = database.transaction(() => {
    const rows = rowsOf(database, client);
    const key = client.tokenKeys.find(
      (each) => heldGrantId(decodeTokenRow(rows, each, client)) === inPlaceOf,
    );
    if (key === undefined) return false;
    const text = withMembers(rowText(rows.get(key)), tokenMembers(renewed));
    using update = database.query("UPDATE auth_kv SET value = ? WHERE key = ?");
    update.run(rows.get(key) instanceof Uint8Array ? Buffer.from(text) : text, key);
    return true;
  });
  return replace.immediate();
}

/** The clients cannot read a row without an expiry, so an unknown one leaves the old one in place. */
const tokenMembers = ({ accessToken, grant, expiresAt }: RenewedLogin) => ({
  access_token: accessToken,
  refresh_token: grant.refreshToken,
  ...(expiresAt && { expires_at: expiresAt.toISOString() }),
});

/** Called inside a transaction, so that token and registration are of the same login. */
function rowsOf(database: Database, client: CliClient): Rows {
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

/** Whether the table is there with the columns we need; without it a login merely has no profile. */
function isReadable(database: Database, table: string): boolean {
  using query = database.query("SELECT 1 FROM pragma_table_info(?) WHERE name IN ('key', 'value')");
  return query.all(table).length === 2;
}
