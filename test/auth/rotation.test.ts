import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
} from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Login } from "../../src/auth/login.ts";
import { createOwnLogin } from "../../src/auth/stores/own-login.ts";
import type { FileSystem } from "../../src/files/durable-file.ts";
import { silentLog } from "../../src/log.ts";
import { cliToken, tokenKey } from "../support/cli-database.ts";
import { temporaryFolder } from "../support/folder.ts";
import { refusal, tokens } from "../support/oidc.ts";
import { manualClock } from "./manual-clock.ts";
import { bareLogin, makeRig, ownLogin, type Rig, rigWithCliToken } from "./rig.ts";

const loginOf = (refreshToken: string): Login => ({
  ...bareLogin,
  grant: { clientId: "client", clientSecret: "secret", refreshToken, region: "us-east-1" },
});

/** A file system on which no new file can be opened for as long as it is failing. */
function failingToWrite(code: string) {
  const disk = { isFailing: true };
  const open: FileSystem["open"] = async (path, flags, mode) => {
    if (disk.isFailing && flags === "wx") throw Object.assign(new Error("no new files"), { code });
    return nodeFiles.open(path, flags, mode);
  };
  return Object.assign(disk, { files: { ...nodeFiles, open } });
}

describe("a rotated refresh token", () => {
  test("row 76: is on disk with its client before the new access token is given out", async () => {
    const steps: string[] = [];
    const files: FileSystem = {
      ...nodeFiles,
      rename: async (from, to) => {
        steps.push("rename");
        await nodeFiles.rename(from, to);
      },
      open: async (...given) => {
        const file = await nodeFiles.open(...given);
        const sync = file.sync.bind(file);
        file.sync = async () => {
          steps.push(statSync(String(given[0])).isDirectory() ? "fsync folder" : "fsync file");
          await sync();
        };
        return file;
      },
    };
    await using rig = makeRig({ files });
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    rig.oidc.answerNext(() => {
      steps.push("answer");
      return tokens({ accessToken: "aoa-new", refreshToken: "aor-new" });
    });
    const token = await rig.source.get();
    steps.push("use");
    expect(steps).toEqual(["answer", "fsync file", "rename", "fsync folder", "use"]);
    expect(rig.readOwn()).toEqual({
      client_id: "cli-client",
      client_secret: "cli-secret",
      refresh_token: "aor-new",
      access_token: "aoa-new",
      expires_at: token.expiresAt?.toISOString(),
      region: "us-east-1",
      start_url: cliToken.start_url,
      client_secret_expires_at: "2100-03-11T14:33:30.000Z",
      auth_method: "builder-id",
      refreshed_from: { source: "Amazon Q CLI", grants: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
    });
    expect(statSync(rig.ownFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(rig.ownFile)).mode & 0o777).toBe(0o700);
  });

  test("is what a restart goes on with", async () => {
    await using rig = rigWithCliToken(-1);
    await rig.source.get();
    const restarted = rig.restart();
    expect((await restarted.get()).value).toBe("aoa-refreshed-1");
    rig.clock.advance(3_600_000);
    expect((await restarted.get()).value).toBe("aoa-refreshed-2");
    expect(rig.oidc.calls[1]?.body).toMatchObject({ clientId: "cli-client", refreshToken: "aor-rotated-1" });
  });

  test("row 76: that the answer leaves out is the old one, still", async () => {
    await using rig = makeRig();
    rig.writeOwn(ownLogin);
    rig.oidc.answerNext(() => tokens());
    await rig.source.get();
    expect(rig.readOwn()).toMatchObject({ access_token: "aoa-refreshed", refresh_token: "aor-own-refresh" });
  });

  test("that is only in memory gives way to what a person writes into the file", async () => {
    await using rig = makeRig({ files: failingToWrite("EROFS").files });
    rig.writeOwn(ownLogin);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    rig.writeOwn({ ...ownLogin, access_token: "aoa-by-hand" });
    rig.clock.advance(1_000);
    expect((await rig.source.get()).value).toBe("aoa-by-hand");
  });

  test("that is only in memory stays there while the file cannot be read", async () => {
    await using rig = makeRig({ files: failingToWrite("EMFILE").files });
    rig.writeOwn(ownLogin);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    renameSync(rig.ownFile, `${rig.ownFile}.away`);
    mkdirSync(rig.ownFile);
    rig.clock.advance(1_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    rmdirSync(rig.ownFile);
    renameSync(`${rig.ownFile}.away`, rig.ownFile);
    rig.clock.advance(3_600_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    expect(rig.oidc.calls[1]?.body).toMatchObject({ refreshToken: "aor-rotated-1" });
  });

  test("that is only in memory is not saved over what another process has saved since it was last looked", async () => {
    const disk = failingToWrite("ENOSPC");
    const clock = manualClock();
    const folder = temporaryFolder();
    const path = join(folder, "amazonq_credentials.json");
    const options = { path, clock, log: silentLog };
    const own = createOwnLogin({ ...options, files: disk.files });
    await own.read();
    await own.keep(loginOf("aor-unsaved"));
    disk.isFailing = false;
    clock.advance(31_000);
    await createOwnLogin(options).save(loginOf("aor-of-another"));
    await own.retry();
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ refresh_token: "aor-of-another" });
  });

  test("row 85: lives in memory while the file cannot be written, and is saved once it can", async () => {
    const disk = failingToWrite("ENOSPC");
    await using rig = makeRig({ files: disk.files });
    rig.writeOwn(ownLogin);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect(rig.readOwn()).toEqual(ownLogin);
    expect(await rig.source.status()).toMatchObject({ persisted: false, state: "ready" });
    expect(rig.logged()).toMatch(/ error login\.unsaved .*code=ENOSPC/);
    rig.clock.advance(3_600_000);
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    expect(rig.oidc.calls[1]?.body).toMatchObject({ refreshToken: "aor-rotated-1" });
    disk.isFailing = false;
    rig.clock.advance(31_000);
    await rig.source.get();
    while (rig.readOwn()["refresh_token"] !== "aor-rotated-2") await new Promise(setImmediate);
    expect(await rig.source.status()).toMatchObject({ persisted: true });
  });
});

test("row 82: without a place for files the CLI's login is refreshed and kept in memory", async () => {
  await using rig = makeRig({ ownFile: undefined });
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  for (let i = 0; i < 3; i++) expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
  expect(await rig.source.status()).toMatchObject({ state: "ready", persisted: false });
  rig.cli.logout();
  rig.clock.advance(1_000);
  await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
  await expect(rig.source.set({ clientId: "a", clientSecret: "b", refreshToken: "c" })).rejects.toThrow(
    "could not be written",
  );
});

describe("a login refused for good", () => {
  test.each(["invalid_grant", "expired_token", "invalid_client"])(
    "row 77: %s: at most two calls in a thousand requests, and nothing is deleted",
    async (error) => {
      await using rig = makeRig();
      rig.writeOwn(ownLogin);
      rig.cli.login({ expires_at: rig.fromNow(-1) });
      rig.oidc.answerNext(...Array.from({ length: 50 }, () => () => refusal(error)));
      for (let i = 0; i < 10; i++) {
        const requests = Array.from({ length: 100 }, () => rig.source.get().catch((reason) => reason));
        for (const reason of await Promise.all(requests)) {
          expect(reason).toMatchObject({ kind: "login" });
          expect(reason.message).toContain("run `q login`");
        }
      }
      expect(rig.oidc.calls).toHaveLength(2);
      expect(rig.readOwn()).toEqual(ownLogin);
      expect(rig.cli.connection.query("SELECT count(*) AS n FROM auth_kv").get()).toEqual({ n: 2 });
      expect(await rig.source.status()).toMatchObject({ state: "expired", canRefresh: false });
    },
  );

  test("is tried again as soon as a store holds another", async () => {
    await using rig = makeRig();
    rig.oidc.honoured.clear();
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    rig.oidc.honoured.add("aor-relogin");
    rig.cli.login({ refresh_token: "aor-relogin", expires_at: rig.fromNow(-1) });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
  });

  test("row 77: is no failure when another program rotated it a moment before", async () => {
    await using rig = rigWithCliToken(-1);
    rig.oidc.answerNext(() => {
      rig.cli.login({ refresh_token: "aor-by-the-cli", expires_at: rig.fromNow(-1) });
      rig.oidc.honoured.add("aor-by-the-cli");
      return refusal("invalid_grant");
    });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    expect(rig.oidc.calls.map(({ body }) => body["refreshToken"])).toEqual([
      "aor-cli-refresh",
      "aor-by-the-cli",
    ]);
  });

  test("still serves with its access token to the last second", async () => {
    await using rig = makeRig();
    rig.oidc.honoured.clear();
    rig.cli.login({ expires_at: rig.fromNow(20) });
    for (let i = 0; i < 5; i++) {
      expect((await rig.source.get()).value).toBe(cliToken.access_token);
      rig.clock.advance(3_000);
    }
    rig.clock.advance(6_000);
    await expect(rig.source.get()).rejects.toMatchObject({ kind: "login" });
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("of the own file is set aside when the CLI's takes its place", async () => {
    await using rig = makeRig();
    rig.oidc.honoured.delete("aor-own-refresh");
    rig.writeOwn(ownLogin);
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-2");
    const aside = asideOf(rig, "replaced");
    expect(await Bun.file(aside).json()).toEqual(ownLogin);
  });
});

describe("an own file that cannot be used", () => {
  test.each([
    ['{"client_id": "half', "it is not a JSON object"],
    ['{"client_id": 7, "mine": true}', "its client_id is too long, or not a text"],
  ])(
    "row 81: because it is malformed is set aside by the next successful write: %s",
    async (content, reason) => {
      await using rig = makeRig();
      rig.writeOwn(content);
      rig.cli.login({ expires_at: rig.fromNow(-1) });
      await rig.source.get();
      expect(await Bun.file(asideOf(rig, "corrupt")).text()).toBe(content);
      expect(rig.readOwn()).toMatchObject({ refresh_token: "aor-rotated-1" });
      expect(rig.logged()).toContain(reason);
    },
  );

  test("rows 82 and 84: because it is a folder leaves the CLI's login at work, which then holds what is new", async () => {
    await using rig = makeRig();
    mkdirSync(rig.ownFile, { recursive: true });
    rig.cli.login({ expires_at: rig.fromNow(-1) });
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect((await rig.source.get()).value).toBe("aoa-refreshed-1");
    expect(await rig.source.status()).toMatchObject({ persisted: false });
    expect((await rig.restart().get()).value).toBe("aoa-refreshed-1");
    expect(rig.oidc.calls).toHaveLength(1);
  });

  test("row 83: because it is open to others is closed to them and used", async () => {
    await using rig = makeRig();
    rig.writeOwn({ ...ownLogin, access_token: "aoa-own" });
    chmodSync(rig.ownFile, 0o666);
    expect((await rig.source.get()).value).toBe("aoa-own");
    expect(statSync(rig.ownFile).mode & 0o777).toBe(0o600);
    expect(rig.logged()).toContain("login.mode-repaired");
  });
});

test("no secret reaches the log or an error", async () => {
  await using rig = makeRig();
  const secrets = [
    "own-secret",
    "cli-secret",
    "aor-own-refresh",
    "aor-cli-refresh",
    "aoa-cli-access",
    "aoa-leak",
    "aor-leak",
  ];
  const failures: string[] = [];
  const attempt = async () => {
    const outcome: unknown = await rig.source.get().catch((error: unknown) => error);
    failures.push(Bun.inspect(outcome, { depth: 10 }));
  };
  rig.writeOwn(ownLogin);
  rig.cli.login({ expires_at: rig.fromNow(-1) });
  const echo = (status: number) => () =>
    Response.json(
      { error: "aor-leak", message: "aoa-leak", accessToken: "aoa-leak\n", expiresIn: 1 },
      { status },
    );
  for (const status of [200, 200, 200, 400, 401, 403, 404]) rig.oidc.answerNext(echo(status));
  for (const calls of [3, 5, 7]) {
    await attempt();
    expect(rig.oidc.calls).toHaveLength(calls);
    rig.clock.advance(5_000);
  }
  rig.oidc.answerNext(
    () => refusal("invalid_grant"),
    () => refusal("invalid_client"),
  );
  await attempt();
  rig.cli.setAuth(tokenKey, '{"access_token": "aoa-leak", "region": 7, "refresh_token": "aor-leak"}');
  await attempt();
  rig.writeOwn('{"refresh_token": "aor-leak", "client_id": {"secret": "own-secret"}}');
  await attempt();
  rig.writeOwn('{"refresh_token": "aor-leak');
  await attempt();
  expect(failures).toHaveLength(7);
  for (const secret of secrets) {
    expect(rig.logged()).not.toContain(secret);
    expect(failures.join()).not.toContain(secret);
  }
});

function asideOf(rig: Rig, why: string): string {
  const name = readdirSync(dirname(rig.ownFile)).find((entry) => entry.includes(`.json.${why}-`));
  const path = `${dirname(rig.ownFile)}/${name}`;
  expect(existsSync(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  return path;
}
