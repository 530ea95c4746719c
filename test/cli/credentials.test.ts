import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCredentialsFile } from "../../src/auth/stores/credentials-file.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";
import { type CliDatabase, makeCliDatabase } from "../support/cli-database.ts";
import type { World } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";
import { hurriedClock } from "../support/hurried-clock.ts";
import { makePerson, type Person } from "../support/person.ts";

const arn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";
let folder: string;
let person: Person;
let cli: CliDatabase;
beforeEach(() => {
  folder = temporaryFolder();
  person = makePerson();
  cli = makeCliDatabase(join(folder, "data.sqlite3"));
});
afterEach(() => cli.close());

const run = (output?: string, world: World = {}) =>
  person.run(output === undefined ? "credentials" : `credentials --output ${output}`, {
    environment: { AMAZONQ_CLI_DB: cli.path },
    ...world,
  });

const advice = expect.stringMatching(/^aqbridge: this login is for one machine.* `aqbridge login` .*\n$/);
const expected = `{"profile_arn":"${arn}","refresh_token":"aor-cli-refresh","client_id":"cli-client","client_secret":"cli-secret"}\n`;

test("the login is printed in one line of the original program's members, and the person warned of using it twice", async () => {
  cli.login();
  cli.setProfile(arn);
  expect(await run()).toMatchObject({ code: 0, out: expected, err: advice });
});

test("the login is written for the owner alone and nothing of it printed", async () => {
  cli.login();
  cli.setProfile(arn);
  const output = join(folder, "amazonq_credentials.json");
  writeFileSync(output, "{}", { mode: 0o644 });
  expect(await run(output)).toMatchObject({ code: 0, out: "", err: advice });
  expect(readFileSync(output, "utf8")).toBe(expected);
  expect(statSync(output).mode & 0o777).toBe(0o600);
});

test.each(["us-east-1", "eu-west-1"])(
  "what is written is the same login to the bridge, of %s",
  async (region) => {
    cli.login({ region }, { region });
    const output = join(folder, "amazonq_credentials.json");
    await run(output);
    const file = createCredentialsFile({ path: output, clock: systemClock, log: silentLog });
    expect(await file.read()).toMatchObject({
      state: "login",
      login: {
        grant: {
          clientId: "cli-client",
          clientSecret: "cli-secret",
          refreshToken: "aor-cli-refresh",
          region,
        },
        profileArn: undefined,
      },
    });
  },
);

describe("without a login there is one line and exit code 1", () => {
  test.each([
    ["signed out", () => {}, /not logged in; run `q login` first/],
    ["no refresh token", () => cli.login({ refresh_token: undefined }), /it lacks what a refresh needs/],
    ["no database", () => rmSync(cli.path), /there is no such file/],
    ["no table", () => cli.connection.run("DROP TABLE auth_kv"), /no such table: auth_kv/],
  ])("%s", async (_, prepare, reason) => {
    prepare();
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(reason);
    expect(err.match(/\n/g)).toHaveLength(1);
  });

  test("one that cannot be read now is asked for again", async () => {
    cli.login();
    cli.connection.run("BEGIN EXCLUSIVE");
    expect(await run(undefined, { clock: hurriedClock() })).toMatchObject({
      code: 1,
      err: `aqbridge: no login in ${cli.path}: another program has locked it; try again later\n`,
    });
  });

  test("no home directory", async () => {
    expect(await run(undefined, { environment: {}, isHomeless: true })).toMatchObject({ code: 1, out: "" });
  });
});

test("an output that cannot be written is one line and exit code 1", async () => {
  cli.login();
  const { code, err } = await run(folder);
  expect(code).toBe(1);
  expect(err).toMatch(/^aqbridge: cannot write .*\n$/);
  expect(err).not.toContain("aor-");
});
