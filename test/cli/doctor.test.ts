import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { State } from "../../src/cli/doctor/check.ts";
import { checkDns } from "../../src/cli/doctor/network-checks.ts";
import { pasteable } from "../../src/cli/doctor/pasteable.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { type ListeningSimulator, startSimulator } from "../../src/simulator/listen.ts";
import { version } from "../../src/version.ts";
import { startBridge } from "../support/bridge.ts";
import { makeCliDatabase } from "../support/cli-database.ts";
import type { World } from "../support/command-line.ts";
import { makePerson, type Person } from "../support/person.ts";
import { selfSigned } from "../support/self-signed.ts";

const accessToken = "aoa-canary-access-token";
const hour = 3_600_000;

let person: Person;
let amazon: ListeningSimulator;
const servers: Bun.Server<undefined>[] = [];
beforeEach(() => {
  person = makePerson();
  amazon = startSimulator({ accessTokens: [accessToken] });
});
afterEach(async () => {
  await amazon.stop();
  for (const server of servers.splice(0)) await server.stop(true);
});

const logIn = (members: Record<string, unknown> = {}) =>
  person.write(person.ownFile, {
    client_id: "canary-client",
    client_secret: "canary-secret",
    refresh_token: "aor-canary-refresh-token",
    access_token: accessToken,
    expires_at: new Date(Date.now() + hour).toISOString(),
    auth_method: "builder-id",
    ...members,
  });

/** The URL of a server on the loopback interface that is stopped after the test. */
function serve(options: { tls?: typeof selfSigned; headers?: Record<string, string>; status?: number } = {}) {
  const { tls, headers = {}, status = 404 } = options;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls && { tls }),
    fetch: () => new Response("{}", { status, headers }),
  });
  servers.push(server);
  return `${tls ? "https" : "http"}://127.0.0.1:${server.port}`;
}

async function unusedUrl(): Promise<string> {
  const url = serve();
  await servers.pop()?.stop(true);
  return url;
}

interface Check {
  name: string;
  state: State;
  said: string;
  remedy: string | null;
}

const environmentWith = (environment: Record<string, string>) => ({
  AQBRIDGE_PORT: "0",
  AMAZONQ_ENDPOINT: amazon.url,
  AMAZONQ_OIDC_ENDPOINT: amazon.url,
  ...environment,
});

async function examine(environment: Record<string, string> = {}, world: World = {}) {
  const ran = await person.run("doctor --json", { environment: environmentWith(environment), ...world });
  const { checks }: { checks: Check[] } = JSON.parse(ran.out);
  return {
    code: ran.code,
    checks,
    check: (name: string) => checks.find((each) => each.name === name),
    faulty: checks.filter(({ state }) => state === "failed" || state === "warning"),
  };
}

test("where all is in order it says so, with exit code 0", async () => {
  logIn();
  const { code, out, err } = await person.run("doctor", { environment: environmentWith({}) });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = out.split("\n");
  expect(lines[0]).toMatch(`aqbridge ${version} on Bun ${Bun.version}`);
  expect(lines.at(-2)).toBe("All is well.");
  for (const part of [
    /^ok +configuration +~\/\S+\/config\.json does not exist, nor need it$/m,
    /^ok +source: own file +~\/\S+ holds a login$/m,
    /^skipped +source: Amazon Q CLI +~\/\S+: there is no such file$/m,
    /^ok +token +aqbridge's own \(AWS Builder ID\): expires in 59 minutes$/m,
    /^ok +connection to Amazon Q +127\.0\.0\.1:\d+ answers$/m,
    /^ok +connection to the login service +127\.0\.0\.1:\d+ answers$/m,
    /^ok +clock +agrees with Amazon's$/m,
    /^ok +models +\d+; the service's default is auto$/m,
  ]) {
    expect(out).toMatch(part);
  }
});

test("for a script it is one object whose members stay", async () => {
  const { code, out } = await person.run("doctor --json", { environment: environmentWith({}) });
  expect(code).toBe(1);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ version, ok: false });
  expect(report.checks.map(({ name }: Check) => name)).toEqual([
    "version",
    "configuration",
    "variables",
    "own file",
    "source: own file",
    "source: Amazon Q CLI",
    "source: kiro-cli",
    "source: Kiro IDE",
    "token",
    "proxy",
    "TLS",
    "DNS of Amazon Q",
    "DNS of the login service",
    "connection to Amazon Q",
    "connection to the login service",
    "clock",
    "models",
    "port",
  ]);
  for (const check of report.checks) expect(Object.keys(check)).toEqual(["name", "state", "said", "remedy"]);
});

type Environment = Record<string, string>;

const noLogin = ["token", "failed", /^no login was found$/, /^run `aqbridge login`$/] as const;
const expired = ["token", "failed", /^the login has expired and cannot be renewed$/, noLogin[3]] as const;
const anHourAgo = () => new Date(Date.now() - hour).toISOString();
const serverAt = (time: number) => serve({ headers: { date: new Date(time).toUTCString() } });

interface Scene {
  where: string;
  change?: () => unknown;
  environment?: () => Environment | Promise<Environment>;
  faults: readonly (readonly [name: string, state: State, said: RegExp, remedy: RegExp])[];
}

/** Each begins with a good login, and has these faults and no other. */
const worlds: readonly Scene[] = [
  {
    where: "nobody is logged in",
    change: () => rmSync(person.ownFile),
    faults: [noLogin],
  },
  {
    where: "the login has expired for good",
    change: () => logIn({ client_id: undefined, expires_at: anHourAgo() }),
    faults: [expired],
  },
  {
    where: "the login service refuses the login",
    change: () => logIn({ expires_at: anHourAgo() }),
    faults: [expired],
  },
  {
    where: "the login cannot be renewed",
    change: () => logIn({ client_id: undefined }),
    faults: [["token", "warning", /expires in 59 minutes and cannot be renewed/, /^run `aqbridge login`$/]],
  },
  {
    where: "the service refuses the token, which cannot be renewed",
    change: () => logIn({ access_token: "aoa-canary-unknown-token", client_secret: undefined }),
    faults: [
      ["token", "warning", /cannot be renewed/, noLogin[3]],
      ["models", "failed", /^The Amazon Q login has expired and cannot be refreshed; run/, noLogin[3]],
    ],
  },
  {
    where: "a folder is in the own file's place",
    change: () => {
      rmSync(person.ownFile);
      mkdirSync(person.ownFile);
    },
    faults: [
      ["own file", "failed", /is not a regular file$/, /^move ~\/\S+ away$/],
      [
        "source: own file",
        "warning",
        /: it is not a regular file$/,
        /^move ~\/\S+ away, then run `aqbridge login`$/,
      ],
      noLogin,
    ],
  },
  {
    where: "the own file makes no sense",
    change: () => person.write(person.ownFile, "canary{"),
    faults: [
      ["source: own file", "warning", /: it is not a JSON object/, /^move ~\/\S+ away, then run/],
      noLogin,
    ],
  },
  {
    where: "others can read the own file",
    change: () => chmodSync(person.ownFile, 0o644),
    faults: [["own file", "warning", /^other users can read \S+ \(mode 644\)$/, /^chmod 600 ~\/\S+\.json$/]],
  },
  {
    where: "others can write into its folder",
    change: () => chmodSync(dirname(person.ownFile), 0o777),
    faults: [
      ["own file", "warning", /^other users can put files into \S+ \(mode 777\)$/, /^chmod 700 ~\/\S+$/],
    ],
  },
  {
    where: "the database of the Amazon Q CLI is no database",
    change: () => person.write(join(person.home, ".local/share/amazon-q/data.sqlite3"), "canary"),
    faults: [
      [
        "source: Amazon Q CLI",
        "warning",
        /SQLite says/,
        /^sign in with Amazon Q CLI again, or run `aqbridge login`$/,
      ],
    ],
  },
  {
    where: "the configuration has a slip",
    change: () => person.write(join(person.home, ".config/aqbridge/config.json"), { server: { prot: 1 } }),
    faults: [["configuration", "warning", /^~\/\S+: unknown key server\.prot/, /^correct what it names/]],
  },
  {
    where: "Amazon Q refuses connections",
    environment: async () => ({ AMAZONQ_ENDPOINT: await unusedUrl() }),
    faults: [
      ["connection to Amazon Q", "failed", /it refuses connections/, /firewall/],
      ["models", "failed", /cannot be reached/, /^fix the connection to Amazon Q$/],
    ],
  },
  {
    where: "the login service refuses connections",
    environment: async () => ({ AMAZONQ_OIDC_ENDPOINT: await unusedUrl() }),
    faults: [["connection to the login service", "failed", /it refuses connections/, /firewall/]],
  },
  {
    where: "something has opened TLS",
    environment: () => ({ AMAZONQ_ENDPOINT: serve({ tls: selfSigned }) }),
    faults: [
      ["connection to Amazon Q", "failed", /its certificate was not accepted/, /AMAZONQ_CA_BUNDLE/],
      ["models", "failed", /certificate was not accepted/, /^fix the connection to Amazon Q$/],
    ],
  },
  {
    where: "certificates are not verified",
    environment: () => ({ DISABLE_AMAZONQ_SSL_VERIFY: "1" }),
    faults: [
      [
        "variables",
        "warning",
        /^TLS is weakened by DISABLE_AMAZONQ_SSL_VERIFY$/,
        /^unset DISABLE_AMAZONQ_SSL_VERIFY$/,
      ],
      [
        "TLS",
        "warning",
        /are not verified, as DISABLE_AMAZONQ_SSL_VERIFY asks$/,
        /^remove DISABLE_AMAZONQ_SSL_VERIFY$/,
      ],
    ],
  },
  {
    where: "a bundle of certificates keeps a variable from switching their verification off",
    environment: () => {
      const bundle = join(person.home, "ca.pem");
      writeFileSync(bundle, selfSigned.cert);
      return { DISABLE_AMAZONQ_SSL_VERIFY: "1", AWS_CA_BUNDLE: bundle };
    },
    faults: [
      [
        "configuration",
        "warning",
        /^Certificates are verified, although DISABLE_AMAZONQ_SSL_VERIFY switches that off: the CA bundle ~\/ca\.pem \(AWS_CA_BUNDLE\) wins\.$/,
        /`aqbridge config`/,
      ],
    ],
  },
  {
    where: "a stray variable weakens other programs",
    environment: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }),
    faults: [
      [
        "variables",
        "warning",
        /is ignored here, but not by other programs$/,
        /^unset NODE_TLS_REJECT_UNAUTHORIZED$/,
      ],
    ],
  },
  {
    where: "the clock is an hour behind",
    environment: () => {
      rmSync(person.ownFile);
      return { AMAZONQ_ENDPOINT: serverAt(Date.now() + hour) };
    },
    faults: [
      noLogin,
      ["clock", "failed", /^3(600|599) seconds behind Amazon's$/, /^timedatectl set-ntp true$/],
    ],
  },
  {
    where: "the clock is two minutes ahead",
    environment: () => {
      rmSync(person.ownFile);
      return { AMAZONQ_ENDPOINT: serverAt(Date.now() - 120_000) };
    },
    faults: [noLogin, ["clock", "warning", /^12[01] seconds ahead of Amazon's$/, /^timedatectl/]],
  },
  {
    where: "the proxy is of a kind that is not supported",
    environment: () => ({
      AMAZONQ_OIDC_ENDPOINT: "https://127.0.0.1:9",
      https_proxy: "socks5://canary:canary@127.0.0.1:1080",
    }),
    faults: [
      [
        "proxy",
        "failed",
        /^https_proxy names .* \(socks5:\/\/127\.0\.0\.1:1080\)$/,
        /^set https_proxy to an http/,
      ],
      ["connection to the login service", "failed", /PROXY/i, /HTTPS_PROXY/],
    ],
  },
  {
    where: "another program has the port",
    environment: () => ({ AQBRIDGE_PORT: new URL(serve({ status: 200 })).port }),
    faults: [["port", "failed", /^\d+ is taken by another program$/, /--port$/]],
  },
];

describe("it finds exactly what is wrong where", () => {
  const expectFaults = ({ code, faulty }: Awaited<ReturnType<typeof examine>>, expected: Scene["faults"]) => {
    expect(faulty.map(({ name, state }) => [name, state])).toEqual(
      expected.map(([name, state]) => [name, state]),
    );
    for (const [index, [, , said, remedy]] of expected.entries()) {
      expect(faulty[index]?.said).toMatch(said);
      expect(faulty[index]?.remedy).toMatch(remedy);
    }
    expect(code).toBe(expected.some(([, state]) => state === "failed") ? 1 : 0);
  };

  test.each(worlds)("$where", async ({ change, environment, faults }) => {
    logIn();
    change?.();
    expectFaults(await examine(await environment?.()), faults);
  });

  test("another program has locked the only login", async () => {
    const cli = makeCliDatabase(join(person.home, ".local/share/amazon-q/data.sqlite3"));
    cli.login();
    cli.connection.run("BEGIN EXCLUSIVE");
    const clock: Clock = { ...systemClock, after: (ms, call) => systemClock.after(ms > 100 ? ms : 0, call) };
    expectFaults(await examine({}, { clock }), [
      ["source: Amazon Q CLI", "warning", /another program has locked it$/, /^wait, or end the program/],
      ["token", "failed", /^A saved login cannot be read just now/, /^see its source above$/],
    ]);
    cli.close();
  });

  test("there is no home directory", async () => {
    expectFaults(await examine({}, { isHomeless: true }), [
      ["configuration", "warning", /^No home directory/, /^correct what it names/],
      ["own file", "warning", /there is no home directory/, /--dir/],
      noLogin,
    ]);
  });
});

describe("it is content with", () => {
  test("an aqbridge that serves the port", async () => {
    const bridge = startBridge();
    const { check } = await examine({ AQBRIDGE_PORT: new URL(bridge.url).port });
    await bridge.stop();
    expect(check("port")).toMatchObject({
      state: "ok",
      said: expect.stringMatching(/^aqbridge 0\.0\.0 is running on/),
    });
  });

  test("a certificate that the person has vouched for", async () => {
    const bundle = join(person.home, "ca.pem");
    writeFileSync(bundle, selfSigned.cert);
    const { check } = await examine({
      AMAZONQ_ENDPOINT: serve({ tls: selfSigned }),
      AMAZONQ_CA_BUNDLE: bundle,
    });
    expect(check("TLS")?.said).toBe("certificates are verified, also against ~/ca.pem");
    expect(check("connection to Amazon Q")?.state).toBe("ok");
  });

  test("a proxy, which it names without its password", async () => {
    const { check } = await examine({
      AMAZONQ_ENDPOINT: "https://127.0.0.1:9",
      https_proxy: "http://canary:canary@proxy.example:3128",
    });
    expect(check("proxy")).toMatchObject({ state: "ok" });
    expect(check("proxy")?.said).toMatch(/^http:\/\/proxy\.example:3128 \(https_proxy\) for 127\.0\.0\.1:9$/);
  });

  test("the login of another program", async () => {
    const cli = makeCliDatabase(join(person.home, ".local/share/amazon-q/data.sqlite3"));
    cli.login();
    cli.close();
    const { check } = await examine();
    expect(check("source: Amazon Q CLI")?.state).toBe("ok");
    expect(check("token")?.said).toMatch(/^Amazon Q CLI \(AWS Builder ID\): expires in/);
  });

  test("a token that the service refuses when it can be renewed", async () => {
    await amazon.stop();
    amazon = startSimulator({ refreshTokens: ["aor-canary-refresh-token"] });
    logIn({ expires_at: undefined });
    expect((await examine()).faulty).toEqual([]);
  });

  test("switches that are off", async () => {
    const { check } = await examine({ DISABLE_SSL_VERIFY: "0", NODE_TLS_REJECT_UNAUTHORIZED: "1" });
    expect(check("variables")?.state).toBe("ok");
    expect(check("TLS")?.state).toBe("ok");
  });
});

test("it ends when a login that is renewed meanwhile is stored", async () => {
  logIn({ expires_at: new Date(Date.now() + 240_000).toISOString() });
  const told = Promise.withResolvers<void>();
  const login = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url }) {
      if (!url.endsWith("/token")) return new Response();
      await told.promise;
      return Response.json({ accessToken: "aoa-new", refreshToken: "aor-new", expiresIn: 3600 });
    },
  });
  servers.push(login);
  const environment = environmentWith({ AMAZONQ_OIDC_ENDPOINT: `http://127.0.0.1:${login.port}` });
  const { code } = await person.run("doctor", { environment, onOutput: () => told.resolve() });
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(person.ownFile, "utf8"))).toMatchObject({ refresh_token: "aor-new" });
});

test("an invalid configuration is all that is reported", async () => {
  const { code, checks } = await examine({ AQBRIDGE_PORT: "no-port" });
  expect(code).toBe(1);
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ["version", "ok"],
    ["configuration", "failed"],
    ["everything else", "skipped"],
  ]);
  expect(checks[1]?.said).toMatch(/^AQBRIDGE_PORT must be/);
});

describe("nothing private is in a report", () => {
  const environment = {
    HTTPS_PROXY: "http://canary:canary@proxy.example:3128",
    AQBRIDGE_API_KEY: "canary-0123456789abcdef",
    KIRO_API_KEY: "canary-kiro-key",
    AMAZONQ_PROFILE_ARN: "arn:aws:codewhisperer:us-east-1:123456789012:profile/CANARYCANARY",
  };

  test.each(["doctor", "doctor --json"])("of %s", async (line) => {
    logIn({ access_token: "aoa-canary-unknown-token" });
    const world = { environment: environmentWith({ ...environment, AMAZONQ_CA_BUNDLE: "" }) };
    const { out, err } = await person.run(line, world);
    expect(out).toContain("~/");
    for (const secret of [/canary/i, /123456789012/, new RegExp(person.home)])
      expect(`${out}${err}`).not.toMatch(secret);
  });

  test.each([
    ["not the home directory", "/home/ada/x and /home/ada", "~/x and ~"],
    ["not a token", "said Bearer abc.def and aoaAbCdEf123456", "said [token] and [token]"],
    [
      "not an account",
      "arn:aws:codewhisperer:us-east-1:123456789012:profile/X",
      "arn:aws:codewhisperer:us-east-1:[account]:profile/X",
    ],
    ["not an address of mail", "ada@example.com is not known", "[address] is not known"],
    ["not who one is to a proxy", "http://ada:secret@proxy:3128", "http://proxy:3128"],
    ["not a known secret", "the key is hidden-key-value", "the key is [secret]"],
    ["nothing that moves a terminal's cursor", "two\nlines \u001b[2J", "two lines  [2J"],
  ])("%s", (_, text, shown) => {
    const result = { name: "x", state: "failed", said: text, remedy: text } as const;
    const { learn, mask } = createSecrets();
    learn("test", ["hidden-key-value", undefined]);
    const { said, remedy } = pasteable(result, { home: "/home/ada", mask });
    expect([said, remedy]).toEqual([shown, shown]);
  });
});

describe("the name of a host", () => {
  const url = "https://q.us-east-1.amazonaws.com";
  const check = (resolve: () => Promise<readonly string[]>, environment: Record<string, string> = {}) =>
    checkDns(url, { resolve, surroundings: { environment, home: undefined, platform: "linux" } });
  const unknown = () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" }));

  test("has addresses", async () => {
    expect(await check(async () => ["192.0.2.1"])).toEqual({
      state: "ok",
      said: "q.us-east-1.amazonaws.com has 1 address",
    });
  });

  test("has none", async () => {
    expect(await check(unknown)).toMatchObject({
      state: "failed",
      said: "q.us-east-1.amazonaws.com has no address (ENOTFOUND)",
    });
  });

  test("is the proxy's affair where there is one", async () => {
    expect(await check(unknown, { HTTPS_PROXY: "http://p:1" })).toMatchObject({ state: "skipped" });
  });
});
