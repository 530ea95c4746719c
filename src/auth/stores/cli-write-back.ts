import { Database } from "bun:sqlite";
import { withMembers } from "../../jsonc/members.ts";
import { heldGrantId, type RenewedLogin } from "../login.ts";
import type { CliClient } from "./cli-client.ts";
import { decodeTokenRow, rowText } from "./cli-login.ts";
import { rowsOf } from "./cli-rows.ts";

interface Place {
  path: string;
  client: CliClient;
}

/**
 * Replaces the tokens in the row that still holds the grant with the id `inPlaceOf`, in one transaction; false when no
 * row does. The row keeps every other byte. Throws SQLite's error, at once when another program has the database locked.
 */
export function replaceTokens({ path, client }: Place, renewed: RenewedLogin, inPlaceOf: string): boolean {
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

/** Without its expiry the clients could not read the row any more. */
const tokenMembers = ({ accessToken, grant, expiresAt }: RenewedLogin) => ({
  access_token: accessToken,
  refresh_token: grant.refreshToken,
  ...(expiresAt && { expires_at: expiresAt.toISOString() }),
});
