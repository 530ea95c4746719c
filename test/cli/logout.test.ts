import { beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCredentialsFile } from "../../src/auth/stores/credentials-file.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";
import { makeCliDatabase } from "../support/cli-database.ts";
import { makePerson, type Person } from "../support/person.ts";

let person: Person;
beforeEach(() => {
  person = makePerson();
});

const own = { client_id: "canary-id", client_secret: "canary-secret", refresh_token: "aor-canary" };
const none = "No usable login is left; run `aqbridge login` to make one.\n";

async function run() {
  const ran = await person.run("logout");
  expect(`${ran.out}${ran.err}`).not.toContain("canary");
  return ran;
}

const logInToCli = () => {
  const cli = makeCliDatabase(join(person.home, ".local/share/amazon-q/data.sqlite3"));
  cli.login();
  cli.close();
  return cli.path;
};

test("nothing of the own login is left, and the file stays its owner's alone", async () => {
  person.write(person.ownFile, own, 0o644);
  expect(await run()).toMatchObject({ code: 0, out: `aqbridge's own login is removed.\n${none}`, err: "" });
  expect(readFileSync(person.ownFile, "utf8")).toBe("{}\n");
  expect(statSync(person.ownFile).mode & 0o777).toBe(0o600);
});

test("logging out twice is no fault", async () => {
  person.write(person.ownFile, own);
  await run();
  expect(await run()).toMatchObject({ code: 0, out: `aqbridge has no login of its own.\n${none}` });
});

test("without a file none is made", async () => {
  expect(await run()).toMatchObject({ code: 0, out: `aqbridge has no login of its own.\n${none}` });
  expect(existsSync(person.ownFile)).toBe(false);
});

test("another program's login is left as it is, and named", async () => {
  person.write(person.ownFile, own);
  const database = logInToCli();
  const before = readFileSync(database);
  expect((await run()).out).toBe(
    "aqbridge's own login is removed.\nStill in use: the login of Amazon Q CLI.\n",
  );
  expect(readFileSync(database)).toEqual(before);
});

test("a copy refreshed from another program's login is left, since it may be the only good one", async () => {
  const file = createCredentialsFile({ path: person.ownFile, clock: systemClock, log: silentLog });
  await file.save({
    source: "own file",
    kind: undefined,
    accessToken: "aoa-canary",
    expiresAt: null,
    grant: {
      clientId: "canary-id",
      clientSecret: "canary-secret",
      refreshToken: "aor-canary",
      region: "us-east-1",
    },
    region: "us-east-1",
    profileArn: undefined,
    refreshedFrom: { source: "Amazon Q CLI", grantIds: ["x"] },
  });
  const before = readFileSync(person.ownFile, "utf8");
  expect((await run()).out).toMatch(
    /^aqbridge has no login of its own. Its file holds the login of Amazon Q CLI; sign out there.\n/,
  );
  expect(readFileSync(person.ownFile, "utf8")).toBe(before);
});

test("a link stays one, and what it leads to is emptied", async () => {
  const target = join(person.home, "elsewhere.json");
  person.write(target, own);
  mkdirSync(dirname(person.ownFile), { recursive: true });
  symlinkSync(target, person.ownFile);
  expect((await run()).code).toBe(0);
  expect(readFileSync(target, "utf8")).toBe("{}\n");
});

test("a file that makes no sense is emptied too, since it may hold secrets", async () => {
  person.write(person.ownFile, '{"refresh_token": "aor-canary');
  expect((await run()).out).toStartWith("aqbridge's own login is removed.\n");
  expect(readFileSync(person.ownFile, "utf8")).toBe("{}\n");
});

test("older copies are named", async () => {
  person.write(person.ownFile, own);
  person.write(`${person.ownFile}.replaced-1769169600000`, own);
  person.write(`${person.ownFile}.notes`, "mine");
  const copies = (await run()).out.split("\n").filter((line) => line.startsWith("An older login"));
  expect(copies).toEqual([
    "An older login is still in ~/.local/state/aqbridge/amazonq_credentials.json.replaced-1769169600000; delete it if you do not need it.",
  ]);
});

test("what is no file is left alone, with exit code 1", async () => {
  mkdirSync(person.ownFile, { recursive: true });
  const { code, err } = await run();
  expect(code).toBe(1);
  expect(err).toMatch(/^aqbridge: .* is left alone: it is not a regular file\n$/);
});
