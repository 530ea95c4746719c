import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { taint } from "./taint.ts";

/** Members of the Amazon Q CLI's token row; `undefined` leaves one out. */
export interface CliToken {
  access_token?: unknown;
  expires_at?: unknown;
  refresh_token?: unknown;
  region?: unknown;
  start_url?: unknown;
  oauth_flow?: unknown;
  scopes?: unknown;
}

type Stored = string | Uint8Array | null;

/** A database as the Amazon Q CLI makes it, held open the way the CLI holds it. */
export interface CliDatabase {
  path: string;
  /** For statements that the methods below do not have. */
  connection: Database;
  login(token?: CliToken, registration?: Record<string, unknown>): void;
  logout(): void;
  setAuth(key: string, value: Stored): void;
  /** The text of a row; undefined when there is none. */
  auth(key: string): string | undefined;
  setProfile(arn: string): void;
  close(): void;
}

export const tokenKey = "codewhisperer:odic:token";
export const registrationKey = "codewhisperer:odic:device-registration";

/** The migrations of the CLI's own source, which never states a journal mode. */
const schema = [
  "CREATE TABLE migrations (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, migration_time INTEGER NOT NULL)",
  "CREATE TABLE history (id INTEGER PRIMARY KEY, command TEXT, shell TEXT, pid INTEGER, session_id TEXT, cwd TEXT, start_time INTEGER, end_time INTEGER, duration INTEGER, exit_code INTEGER, hostname TEXT)",
  "CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB)",
  "CREATE TABLE auth_kv (key TEXT PRIMARY KEY, value TEXT)",
  "CREATE TABLE conversations (key TEXT PRIMARY KEY, value TEXT)",
];

export function makeCliDatabase(path: string, journal: "delete" | "wal" = "delete"): CliDatabase {
  mkdirSync(dirname(path), { recursive: true });
  const connection = new Database(path, { create: true });
  connection.run(`PRAGMA journal_mode = ${journal}`);
  connection.run("PRAGMA synchronous = OFF");
  for (const [version, statement] of schema.entries()) {
    connection.run(statement);
    connection.run("INSERT INTO migrations (version, migration_time) VALUES (?, ?)", [
      version,
      1_700_000_000,
    ]);
  }
  const auth = (key: string) =>
    connection.query<{ value: string }, [string]>("SELECT value FROM auth_kv WHERE key = ?").get(key)?.value;
  const setAuth = (key: string, value: Stored) =>
    connection.run("INSERT OR REPLACE INTO auth_kv (key, value) VALUES (?, ?)", [key, value]);

  return {
    path,
    connection,
    login(token = {}, registration = {}) {
      connection.transaction(() => {
        setAuth(tokenKey, JSON.stringify({ ...cliToken, ...token }));
        setAuth(registrationKey, JSON.stringify({ ...cliRegistration, ...registration }));
      })();
    },
    logout() {
      connection.run("DELETE FROM auth_kv");
    },
    setAuth,
    auth,
    setProfile(arn) {
      const value = Buffer.from(JSON.stringify({ arn, profile_name: "team" }));
      connection.run("INSERT OR REPLACE INTO state (key, value) VALUES ('api.codewhisperer.profile', ?)", [
        value,
      ]);
    },
    close: () => connection.close(),
  };
}

const rfc3339 = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$";

const optional = <T extends TSchema>(type: T) => Type.Optional(Type.Union([type, Type.Null()]));

/** The Rust structure that the CLI reads its token row into: members without a default make it fail when they lack. */
const BuilderIdToken = Type.Object({
  access_token: Type.String(),
  expires_at: Type.String({ pattern: rfc3339 }),
  refresh_token: optional(Type.String()),
  region: optional(Type.String()),
  start_url: optional(Type.String()),
  oauth_flow: Type.Union([Type.Literal("DeviceCode"), Type.Literal("Pkce"), Type.Literal("PKCE")]),
  scopes: optional(Type.Array(Type.String())),
});

/** What the CLI makes of a token row; throws where it would say that nobody is logged in. */
export const readAsCli = (row: string | undefined) => Value.Parse(BuilderIdToken, JSON.parse(row ?? "null"));

/** Row contents as the CLI writes them, alive until 2100. */
export const cliToken = {
  access_token: taint("aoa-cli-access"),
  expires_at: "2100-01-11T14:33:30.786627123Z",
  refresh_token: taint("aor-cli-refresh"),
  region: "us-east-1",
  start_url: "https://view.awsapps.com/start",
  oauth_flow: "DeviceCode",
  scopes: ["codewhisperer:completions", "codewhisperer:analysis", "codewhisperer:conversations"],
} satisfies CliToken;

export const cliRegistration = {
  client_id: "cli-client",
  client_secret: taint("cli-secret"),
  client_secret_expires_at: "2100-03-11T14:33:30Z",
  region: "us-east-1",
  oauth_flow: "DeviceCode",
  scopes: cliToken.scopes,
};
