import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { dirname } from "node:path";
import type { OpenOptions } from "../../src/auth/open-token-source.ts";
import { type Rig as Login, makeRig, ownLogin } from "../auth/rig.ts";
import { cliToken, tokenKey } from "../support/cli-database.ts";
import { refusal, tokens } from "../support/oidc.ts";
import { forms } from "./support/forms.ts";
import { expired, serve, tokensUsed } from "./support/login-rig.ts";

interface Trouble {
  row: number;
  name: string;
  changes?: Partial<OpenOptions>;
  prepare: (login: Login) => unknown;
  /** Between one half of the requests and the other. */
  midway?: (login: Login) => void;
  /** Tokens that reach the service, in their order. */
  used: readonly string[];
  /** Of the login service. */
  calls: number;
  /** What is to be so in the end. */
  check?: (login: Login) => void;
}

const refreshedOnce = { used: ["aoa-refreshed-1"], calls: 1 };

const unwritable = (code: string): Trouble => ({
  row: 85,
  name: `${code} at each write`,
  changes: {
    files: {
      ...nodeFiles,
      open: () => Promise.reject(Object.assign(new Error("no"), { code })),
    },
  },
  prepare: (login) => login.writeOwn(ownLogin),
  ...refreshedOnce,
  check(login) {
    expect(login.readOwn()).toEqual(ownLogin);
    expect(readdirSync(dirname(login.ownFile)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(login.logged()).toMatch(new RegExp(` error login\\.unsaved .*code=${code}`));
  },
});

const troubles: readonly Trouble[] = [
  {
    row: 67,
    name: "no database",
    prepare(login) {
      login.cli.logout();
      login.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at: login.fromNow(3600) });
    },
    used: ["aoa-own"],
    calls: 0,
  },
  {
    row: 69,
    name: "a writer in the middle of its transaction",
    prepare({ cli }) {
      cli.connection.run("PRAGMA journal_mode = wal");
      cli.login();
      cli.connection.run("BEGIN IMMEDIATE");
      cli.setAuth(tokenKey, JSON.stringify({ ...cliToken, access_token: "aoa-never" }));
    },
    used: ["aoa-cli-access"],
    calls: 0,
    // SQLite closes no descriptor of a file while the same process holds a lock on it, as the bridge's never does.
    check: ({ cli }) => cli.close(),
  },
  {
    row: 70,
    name: "a database that is garbage",
    prepare(login) {
      login.writeOwn(ownLogin);
      writeFileSync(login.cli.path, "garbage ".repeat(1_000));
    },
    ...refreshedOnce,
  },
  {
    row: 71,
    name: "an expiry that says nothing",
    prepare: ({ cli }) => cli.login({ expires_at: "soon" }),
    used: ["aoa-cli-access", "aoa-refreshed-1"],
    calls: 1,
  },
  {
    row: 73,
    name: "another account",
    prepare: ({ cli }) => cli.login(),
    midway: ({ cli }) => cli.login({ access_token: "aoa-other" }, { client_id: "other-client" }),
    used: ["aoa-cli-access", "aoa-other"],
    calls: 0,
  },
  {
    row: 74,
    name: "the last two minutes of a token",
    prepare: (login) => login.cli.login({ expires_at: login.fromNow(120) }),
    used: ["aoa-cli-access", "aoa-refreshed-1"],
    calls: 1,
  },
  {
    row: 76,
    name: "a rotation that leaves out the refresh token",
    prepare(login) {
      login.writeOwn(ownLogin);
      login.oidc.answerNext(() => tokens({ accessToken: "aoa-refreshed-1" }));
    },
    ...refreshedOnce,
    check: (login) => expect(login.readOwn()).toMatchObject({ refresh_token: "aor-own-refresh" }),
  },
  {
    row: 77,
    name: "a grant that another program has rotated a moment before",
    prepare(login) {
      expired(login);
      login.oidc.answerNext(() => {
        login.cli.login({ refresh_token: "aor-by-the-cli", expires_at: login.fromNow(-1) });
        login.oidc.honoured.add("aor-by-the-cli");
        return refusal("invalid_grant");
      });
    },
    used: ["aoa-refreshed-2"],
    calls: 2,
  },
  {
    row: 78,
    name: "a login service that is away for a moment",
    prepare(login) {
      expired(login);
      login.oidc.answerNext(() => new Response("", { status: 503 }));
    },
    used: ["aoa-refreshed-2"],
    calls: 2,
  },
  {
    row: 80,
    name: "a clock that jumps ahead by eight hours",
    prepare: expired,
    midway: ({ clock }) => clock.jump(8 * 3_600_000),
    used: ["aoa-refreshed-1", "aoa-refreshed-2"],
    calls: 2,
  },
  {
    row: 81,
    name: "an own file that is cut off",
    prepare(login) {
      expired(login);
      login.writeOwn('{"client_id": "half');
    },
    ...refreshedOnce,
    check: ({ ownFile }) =>
      expect(readdirSync(dirname(ownFile)).filter((name) => name.includes(".corrupt-"))).toHaveLength(1),
  },
  {
    row: 82,
    name: "no place for files",
    changes: { ownFile: undefined },
    prepare: expired,
    ...refreshedOnce,
  },
  {
    row: 83,
    name: "an own file that is open to others",
    prepare(login) {
      login.writeOwn({ ...ownLogin, access_token: "aoa-own", expires_at: login.fromNow(3600) });
      chmodSync(login.ownFile, 0o666);
    },
    used: ["aoa-own"],
    calls: 0,
    check: ({ ownFile }) => expect(statSync(ownFile).mode & 0o777).toBe(0o600),
  },
  {
    row: 84,
    name: "a folder in the own file's place",
    prepare(login) {
      expired(login);
      mkdirSync(login.ownFile, { recursive: true });
    },
    ...refreshedOnce,
  },
  ...["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS"].map(unwritable),
];

describe("a login that can be had in spite of", () => {
  test.each(troubles)(
    "row $row: $name serves each request",
    async ({ changes = {}, prepare, midway = () => {}, used, calls, check = () => {} }) => {
      await using login = makeRig(changes);
      prepare(login);
      const rig = serve(login);
      for (const [index, form] of forms.entries()) {
        if (index === forms.length / 2) {
          midway(login);
          login.clock.advance(1_000);
        }
        const outcome = await rig.ask(form);
        expect(outcome).toMatchObject({ status: 200, failure: undefined });
        expect(rig.endOf(outcome)).toMatch(/ info .*status=200 .*end=ok .*attempts=1/);
        await login.source.settled();
      }
      expect(tokensUsed(rig)).toEqual([...used]);
      expect(login.oidc.calls).toHaveLength(calls);
      check(login);
      await rig.expectBase();
      await rig.stop();
    },
  );
});
