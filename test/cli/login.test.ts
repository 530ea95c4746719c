import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type ListeningSimulator, startSimulator } from "../../src/simulator/listen.ts";
import type { World } from "../support/command-line.ts";
import { type HurriedClock, hurriedClock } from "../support/hurried-clock.ts";
import { makePerson, type Person } from "../support/person.ts";
import { runAtTerminal } from "../support/terminal.ts";

let clock: HurriedClock;
let oidc: ListeningSimulator;
let person: Person;
beforeEach(() => {
  clock = hurriedClock();
  oidc = startSimulator({ clock });
  person = makePerson();
  person.write(`${person.home}/config.json`, { timeouts: { oidc: 86_400 } });
});
afterEach(async () => {
  await oidc.stop();
});

const pending = { error: "authorization_pending" } as const;

const run = (line: string, world: World = {}) => {
  const environment = {
    AMAZONQ_OIDC_ENDPOINT: oidc.url,
    AQBRIDGE_CONFIG: `${person.home}/config.json`,
    ...world.environment,
  };
  return person.run(line, { clock, ...world, environment });
};

const stored = (): Record<string, unknown> => JSON.parse(readFileSync(person.ownFile, "utf8"));
const secretsOf = (file: Record<string, unknown>) =>
  ["client_id", "client_secret", "refresh_token", "access_token"].map((name) => String(file[name]));

test("a confirmed code becomes the own login, for its owner alone", async () => {
  oidc.simulator.scriptToken(pending, { error: "slow_down" }, pending);
  const { code, out, err } = await run("login --no-browser");

  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(
    /^Open https:\/\/view\.awsapps\.com\/start\/#\/device\?user_code=([A-Z]{4}-[A-Z]{4})\n.*\1/,
  );
  expect(out).toContain(
    "Logged in with AWS Builder ID; the login is in ~/.local/state/aqbridge/amazonq_credentials.json.",
  );
  expect(clock.waits.slice(0, 4)).toEqual([1000, 1000, 6000, 6000]);

  expect(stored()).toMatchObject({
    client_id: expect.any(String),
    client_secret: expect.any(String),
    refresh_token: expect.stringMatching(/^aor/),
    access_token: expect.stringMatching(/^aoa/),
    expires_at: new Date(clock.now() + 3_600_000).toISOString(),
    region: "us-east-1",
    start_url: "https://view.awsapps.com/start",
    client_secret_expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    auth_method: "builder-id",
  });
  expect(statSync(person.ownFile).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(person.ownFile)).mode & 0o777).toBe(0o700);
});

test("nothing secret is printed, nor passed to the browser", async () => {
  const { out, err, launched } = await run("login", { environment: { DISPLAY: ":0" }, columns: 80 });
  const printed = `${out}${err}${launched.flat().join(" ")}`;
  for (const secret of secretsOf(stored())) expect(printed).not.toContain(secret.slice(0, 12));
});

test("an organisation's login is of its own region and kind", async () => {
  const { code } = await run("login --start-url https://example.awsapps.com/start#/ --region eu-central-1");
  expect(code).toBe(0);
  expect(stored()).toMatchObject({
    region: "eu-central-1",
    start_url: "https://example.awsapps.com/start",
    auth_method: "identity-center",
  });
  expect(oidc.simulator.requests[1]?.body).toMatchObject({ startUrl: "https://example.awsapps.com/start" });
});

test("a new login takes the place of the old one and leaves other members of the file", async () => {
  person.write(person.ownFile, {
    client_id: "old",
    client_secret: "old",
    refresh_token: "old",
    note: "mine",
  });
  expect((await run("login")).code).toBe(0);
  expect(stored()).toMatchObject({ note: "mine" });
  expect(secretsOf(stored())).not.toContain("old");
});

describe("the browser", () => {
  const page = expect.stringMatching(/^https:\/\/view\.awsapps\.com\/start\/#\/device\?user_code=/);
  test.each([
    ["is opened on Linux with X", "linux", { DISPLAY: ":0" }, "", [["xdg-open", page]]],
    ["is opened on Linux with Wayland", "linux", { WAYLAND_DISPLAY: "w" }, "", [["xdg-open", page]]],
    ["is not looked for on Linux without a desktop", "linux", {}, "", []],
    ["is opened on macOS", "darwin", {}, "", [["open", page]]],
    ["is not opened on a Mac far away", "darwin", { SSH_CONNECTION: "a" }, "", []],
    ["is opened on Windows", "win32", {}, "", [["rundll32", "url.dll,FileProtocolHandler", page]]],
    ["is left alone when asked to", "darwin", {}, " --no-browser", []],
  ] as const)("%s", async (_, platform, environment, flag, launched) => {
    const line = `login --credentials ${person.ownFile}${flag}`;
    const ran = await run(line, { platform, environment });
    expect(ran.code).toBe(0);
    expect<unknown>(ran.launched).toEqual(launched);
  });
});

describe("progress", () => {
  test("is one line on a terminal, gone at the end", async () => {
    oidc.simulator.scriptToken(pending);
    const { out } = await run("login", { columns: 80 });
    expect(out).toContain("\rWaiting 10 more minutes for you to confirm the code.");
    expect(out).toMatch(/\r +\rLogged in/);
  });

  test("fits a narrow terminal, and still tells the time that is left", async () => {
    const { out } = await run("login", { columns: 20 });
    expect(out).toContain("\rWaiting 10 more min\r");
  });

  test("is not shown elsewhere", async () => {
    oidc.simulator.scriptToken(pending);
    expect((await run("login")).out).not.toContain("\r");
  });
});

describe("nothing is stored when", () => {
  const before = { client_id: "old", client_secret: "old", refresh_token: "old" };

  test.each([
    [
      "the person declines",
      "access_denied",
      /^aqbridge: The login was declined in the browser; run `aqbridge login`/,
    ],
    [
      "the code expires",
      "expired_token",
      /^aqbridge: The code expired before it was confirmed; run `aqbridge login`/,
    ],
    [
      "the service refuses",
      "invalid_request",
      /^aqbridge: Amazon's login service refused the login .*--start-url/,
    ],
  ] as const)("%s", async (_, error, message) => {
    person.write(person.ownFile, before);
    oidc.simulator.scriptToken(pending, { error });
    const { code, err } = await run("login");
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(stored()).toEqual(before);
  });

  test("the service cannot be reached", async () => {
    await oidc.stop();
    const { code, err } = await run("login");
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be reached/);
    expect(existsSync(person.ownFile)).toBe(false);
  });

  test("it is broken off", async () => {
    oidc.simulator.scriptToken(...Array<typeof pending>(5).fill(pending));
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    const { code, err } = await run("login", { stopped: () => stopped, onOutput: () => stop() });
    expect({ code, err }).toEqual({
      code: 130,
      err: "aqbridge: the login was cancelled; nothing was stored\n",
    });
    expect(existsSync(person.ownFile)).toBe(false);
  });

  test.each([
    ["a newer version's", () => person.write(person.ownFile, { version: 2 }), /a newer version of aqbridge/],
    ["no file", () => mkdirSync(person.ownFile, { recursive: true }), /it is not a regular file/],
  ])("the own file is %s, and nobody is bothered", async (_, prepare, reason) => {
    prepare();
    const { code, err } = await run("login");
    expect(code).toBe(1);
    expect(err).toMatch(reason);
    expect(err).toMatch(/; move it away, or name a folder with --dir\n$/);
    expect(oidc.simulator.requests).toEqual([]);
  });

  test("there is nowhere to keep it, and nobody is bothered", async () => {
    const { code, err } = await run("login", { isHomeless: true });
    expect(code).toBe(1);
    expect(err).toMatch(/no home directory to keep a login in; name a folder with --dir/);
    expect(oidc.simulator.requests).toEqual([]);
  });
});

describe("what makes no sense is refused:", () => {
  test.each([
    ["login --start-url http://example.com/start", "--start-url must be an https:// address"],
    ["login --start-url nonsense", "--start-url must be an https:// address"],
    ["login --start-url https://me:secret@example.com", "--start-url must be an https:// address"],
    ["login --start-url https://example.com --region moon", "--region must be an AWS region"],
    ["login --region eu-central-1", "--region needs --start-url"],
  ])("%s", async (line, message) => {
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain("secret");
    expect(oidc.simulator.requests).toEqual([]);
  });
});

describe("at a terminal", () => {
  const environment = () => ({ HOME: person.home, AMAZONQ_OIDC_ENDPOINT: oidc.url });

  test("a person signs in", async () => {
    const { ended, shows } = runAtTerminal(["login", "--no-browser"], environment());
    await shows(/Open https:\S+\r\nand confirm the code \S\[1m[A-Z]{4}-[A-Z]{4}\S\[22m/);
    await shows(/Waiting 10 more minutes for you/);
    const { code, screen } = await ended;
    expect(code).toBe(0);
    expect(screen).toMatch(/Logged in\S* with AWS Builder ID/);
    for (const secret of secretsOf(stored())) expect(screen).not.toContain(secret.slice(0, 12));
    expect(statSync(person.ownFile).mode & 0o777).toBe(0o600);
  }, 20_000);

  test("Ctrl-C ends it and leaves nothing behind", async () => {
    oidc.simulator.scriptToken(...Array<typeof pending>(100).fill(pending));
    const { ended, shows, type } = runAtTerminal(["login", "--no-browser"], {
      ...environment(),
      NO_COLOR: "1",
    });
    await shows(/Waiting 10 more minutes/);
    type("\x03");
    const { code, screen } = await ended;
    expect(code).toBe(130);
    expect(screen).toContain("the login was cancelled; nothing was stored");
    expect(screen).not.toContain("\x1b[");
    expect(existsSync(person.ownFile)).toBe(false);
    expect(
      readdirSync(person.home, { recursive: true }).filter((name) => String(name).endsWith(".tmp")),
    ).toEqual([]);
  });
});
