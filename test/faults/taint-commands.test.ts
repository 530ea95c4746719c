import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ListeningSimulator, startSimulator } from "../../src/simulator/listen.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type OidcServer, startOidc } from "../support/oidc.ts";
import { canary, watch } from "../support/taint.ts";
import { canaryLogin } from "../support/taint-login.ts";
import { atOnceMs, useRelease } from "./support/release.ts";

const { run } = useRelease();

const login = canaryLogin();
const keys = { AQBRIDGE_API_KEY: canary("key-"), KIRO_API_KEY: canary("ksk_") };
const proxyPassword = canary();

let home: string;
let amazon: ListeningSimulator;
beforeEach(() => {
  home = temporaryFolder();
  amazon = startSimulator({ accessTokens: [login.access_token, keys.KIRO_API_KEY] });
  writeFileSync(join(home, "amazonq_credentials.json"), JSON.stringify(login), { mode: 0o600 });
});
afterEach(() => amazon.stop());

/** Runs a command to its end; the rig sees to it that nothing secret is printed. */
const command = (line: string, environment: Record<string, string> = {}) =>
  run([...line.split(" "), `--dir=${home}`], 20_000, {
    environment: {
      HOME: home,
      PATH: "/usr/bin:/bin",
      AMAZONQ_ENDPOINT: amazon.url,
      AMAZONQ_OIDC_ENDPOINT: amazon.url,
      ...keys,
      ...environment,
    },
  });

/** A service that a proxy is asked for. */
const remote = { AMAZONQ_ENDPOINT: "https://127.0.0.1:1" };

const telling = ["doctor", "doctor --json", "status", "status --json", "config", "config schema", "setup"];
describe("a command that tells of the bridge tells no secret:", () => {
  test.each(telling)("%s", async (line) => {
    const { stdout } = await command(line);
    expect(stdout).toMatch(/\w/);
  });

  test.each(["--version", "version", "--help"])("%s", async (line) => {
    const { code, stdout } = await run([line], atOnceMs, { environment: keys });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\w/) });
  });

  test.each(["doctor", "status"])("%s, behind a proxy that has gone", async (line) => {
    const proxy = `http://ada:${proxyPassword}@127.0.0.1:9`;
    const { stdout } = await command(line, { ...remote, https_proxy: proxy });
    expect(stdout).toMatch(line === "doctor" ? "127.0.0.1:9" : /\w/);
  });

  test.each(["doctor", "status"])("%s, when the service refuses and quotes", async (line) => {
    const quote = `${login.access_token} ${btoa(keys.KIRO_API_KEY)} ${keys.KIRO_API_KEY.slice(6)}`;
    const service = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => Response.json({ __type: "ValidationException", message: `No ${quote}` }, { status: 400 }),
    });
    const { stdout } = await command(line, { AMAZONQ_ENDPOINT: `http://127.0.0.1:${service.port}` });
    expect(stdout).toMatch(/No \[/);
    await service.stop(true);
  });

  test.each([
    ["an option that nobody knows", `--api-kye=${keys.AQBRIDGE_API_KEY}`],
    ["a command that nobody knows", keys.KIRO_API_KEY],
    ["a wrong value", `serve --host=0.0.0.0 --port=${keys.AQBRIDGE_API_KEY}`],
    ["a proxy that is none", "serve"],
  ])("%s", async (name, line) => {
    const proxies = name.includes("proxy")
      ? { ...remote, all_proxy: `socks5://ada:${proxyPassword}@proxy:1080` }
      : {};
    const { code, stderr } = await command(line, proxies);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^aqbridge: /m);
  });

  test("a file that is no configuration", async () => {
    writeFileSync(join(home, "config.json"), `{"server": {"api_key": "${keys.AQBRIDGE_API_KEY}" oops}}`);
    expect(await command("config")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("a sign-in tells no secret", () => {
  let oidc: OidcServer;
  beforeEach(() => {
    oidc = startOidc();
  });
  afterEach(() => oidc.stop());

  const made = { clientId: "client", clientSecret: canary(), clientSecretExpiresAt: 0 };
  const asked = {
    deviceCode: canary(),
    userCode: "ABCD-EFGH",
    verificationUri: "https://device.example",
    expiresIn: 600,
    interval: 1,
  };
  const all = [made.clientSecret, asked.deviceCode, login.refresh_token].join(" ");
  const refused = (error: string) =>
    Response.json({ error, error_description: all, message: all }, { status: 400 });
  const endings: [string, (() => Response)[]][] = [
    ["of a client that is not registered", [() => refused("invalid_request")]],
    ["of a client registered as nonsense", [() => Response.json({ ...made, clientId: 5, all })]],
    ["that cannot begin", [() => Response.json(made), () => refused("invalid_client")]],
    [
      "that is declined",
      [() => Response.json(made), () => Response.json(asked), () => refused("access_denied")],
    ],
    [
      "that ends in nonsense",
      [() => Response.json(made), () => Response.json(asked), () => new Response(all)],
    ],
  ];
  test.each(endings)("%s", async (_, answers) => {
    oidc.answerNext(...answers);
    const environment = { AMAZONQ_OIDC_ENDPOINT: oidc.service.endpoint("x") };
    const { code, stderr } = await command("login --no-browser", environment);
    expect(code).toBe(1);
    expect(stderr).toStartWith("aqbridge: ");
    expect(oidc.calls).toHaveLength(answers.length);
  });

  test("to the browser that it opens, in its arguments or its environment", async () => {
    const programs = join(home, "bin");
    mkdirSync(programs);
    const noted = join(home, "noted");
    const browser = join(programs, "xdg-open");
    writeFileSync(browser, `#!/bin/sh\n{ echo "$@"; env; } > ${noted}.new && mv ${noted}.new ${noted}\n`);
    chmodSync(browser, 0o755);
    const environment = { DISPLAY: ":0", PATH: `${programs}:/usr/bin:/bin` };
    expect(await command("login", environment)).toMatchObject({ code: 0 });
    while (!existsSync(noted)) await Bun.sleep(5);
    const seen = watch("what the browser sees", readFileSync(noted, "utf8"));
    expect(seen).toMatch(/^https:\/\/.*user_code=/);
    expect(seen).toContain("DISPLAY=:0");
    const { access_token, refresh_token, client_secret } = JSON.parse(
      readFileSync(join(home, "amazonq_credentials.json"), "utf8"),
    );
    for (const secret of [access_token, refresh_token, client_secret]) expect(seen).not.toContain(secret);
  });
});

test("row 95: a failure of the program itself tells no secret", async () => {
  const faults = join(home, "faults.js");
  writeFileSync(
    faults,
    `const secret = process.env.KIRO_API_KEY;
    const { fetch } = globalThis;
    const { promise: over, resolve } = Promise.withResolvers();
    // The command must not end before all of it has failed.
    globalThis.fetch = async (...request) => { await over; return fetch(...request); };
    const faults = [
      () => void Promise.reject(new Error("refused " + secret, { cause: secret })),
      () => { throw new Error(btoa("x" + secret)); },
      () => { throw new Error(new URL(process.env.https_proxy).password); },
      () => { JSON.stringify = () => { throw new Error(secret); }; resolve(); },
    ];
    const next = () => {
      const fault = faults.shift();
      if (faults.length > 0) setTimeout(next);
      fault();
    };
    setTimeout(next);`,
  );
  const https_proxy = `http://ada:${proxyPassword}@127.0.0.1:9`;
  const ended = await command("status --json", { BUN_OPTIONS: `--preload=${faults}`, https_proxy });
  expect(ended).toMatchObject({ code: 70 });
  expect(ended.stderr.match(/aqbridge: stray failure: Error: /g)).toHaveLength(4);
});
