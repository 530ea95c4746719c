import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { grantId } from "../../../src/auth/login.ts";
import { kiroCli } from "../../../src/auth/stores/cli-client.ts";
import { createCliDatabase } from "../../../src/auth/stores/cli-database.ts";
import { firstOf } from "../../../src/auth/stores/first-of.ts";
import { type CliDatabase, cliRegistration, cliToken, makeCliDatabase } from "../../support/cli-database.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { manualClock } from "../manual-clock.ts";

const arn = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
const social = { ...cliToken, access_token: "aoa-social", provider: "google", profile_arn: arn };
let folder: string;
let kiro: CliDatabase;
beforeEach(() => {
  folder = temporaryFolder();
  kiro = makeCliDatabase(join(folder, "data.sqlite3"));
});
afterEach(() => {
  kiro.close();
});

const set = (key: string, members: object) => kiro.setAuth(key, JSON.stringify(members));
const read = () => createCliDatabase(kiro.path, manualClock(), kiroCli).read();

test.each(["kirocli:odic", "kirocli:oidc", "codewhisperer:odic"])(
  "a login under %s goes with the registration under the same name",
  async (prefix) => {
    set(`${prefix}:token`, { ...cliToken, start_url: "https://acme.awsapps.com/start" });
    for (const other of ["kirocli:odic", "kirocli:oidc", "codewhisperer:odic"])
      set(`${other}:device-registration`, { ...cliRegistration, client_id: other });
    kiro.setProfile(arn);
    expect(await read()).toMatchObject({
      login: { source: "kiro-cli", kind: "identity-center", grant: { clientId: prefix }, profileArn: arn },
    });
  },
);

test("a social login brings its profile and needs no registration", async () => {
  set("kirocli:social:token", social);
  expect(await read()).toMatchObject({
    login: { kind: "social", grant: { refreshToken: cliToken.refresh_token }, profileArn: arn },
  });
});

test("a login that was used later goes before one that is looked for earlier", async () => {
  set("kirocli:odic:token", { ...cliToken, expires_at: "2026-01-01T00:00:00Z" });
  set("kirocli:social:token", social);
  expect(await read()).toMatchObject({ login: { accessToken: "aoa-social" } });
});

test("a row that cannot be read does not hide one that can", async () => {
  kiro.setAuth("kirocli:odic:token", "{");
  expect(await read()).toEqual({ state: "unusable", reason: "kirocli:odic:token is not a JSON object" });
  set("kirocli:social:token", social);
  expect(await read()).toMatchObject({ state: "login" });
});

test("the Amazon Q CLI's database says nothing of kiro-cli's keys", async () => {
  set("kirocli:social:token", social);
  expect(await createCliDatabase(kiro.path, manualClock()).read()).toMatchObject({ state: "signed-out" });
});

describe("of two places", () => {
  const pair = () => {
    const place = (path: string) => createCliDatabase(path, manualClock(), kiroCli);
    return firstOf([place(join(folder, "nowhere", "data.sqlite3")), place(kiro.path)]);
  };

  test("the one with the login counts", async () => {
    set("kirocli:social:token", social);
    expect(await pair().read()).toMatchObject({ login: { accessToken: "aoa-social" } });
  });

  test("a logout in the one that is there is a logout", async () => {
    expect(await pair().read()).toMatchObject({ state: "signed-out" });
  });

  test("new tokens that cannot be written into the one are not given up for the other", async () => {
    set("kirocli:social:token", social);
    const reading = await pair().read();
    const login = reading.state === "login" ? reading.login : undefined;
    if (login?.grant === undefined || login.accessToken === undefined) throw new Error("no login");
    const { grant, accessToken } = login;
    const renewed = { ...login, accessToken, grant: { ...grant, refreshToken: "aor-new" } };
    const write = () => pair().writeBack?.(renewed, grantId(grant));
    kiro.connection.run("BEGIN EXCLUSIVE");
    expect(await write()).toMatchObject({ state: "failed" });
    kiro.connection.run("ROLLBACK");
    expect(await write()).toEqual({ state: "written" });
    expect(await write()).toEqual({ state: "changed" });
  });

  test("neither is there", async () => {
    kiro.close();
    rmSync(kiro.path);
    expect(await pair().read()).toEqual({ state: "missing", reason: "there is no such file" });
  });
});
