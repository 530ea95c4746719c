import { describe, expect, test } from "bun:test";
import { UsageError } from "../../src/config/usage-error.ts";
import { certificate } from "../support/certificate.ts";
import { configPath, type Given, load, loadFile } from "../support/config.ts";

function errorOf(given: Given): UsageError {
  try {
    load(given);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("The configuration was accepted.");
}

const flags = (flags: Record<string, string>): Given => ({ arguments: flags });
const env = (environment: Record<string, string>): Given => ({ environment });
const file = (content: unknown): Given => ({ files: { [configPath]: content } });

const secret = "an-api-key-that-must-stay-secret";

const cases: readonly [given: Given, message: string][] = [
  [flags({ port: "80x" }), '--port must be a whole number from 0 to 65535, not "80x".'],
  [flags({ port: "65536" }), "--port must be a whole number from 0 to 65535, not 65536."],
  [flags({ port: "1.5" }), "--port must be a whole number from 0 to 65535, not 1.5."],
  [flags({ port: "-1" }), '--port must be a whole number from 0 to 65535, not "-1".'],
  [flags({ port: "0x50" }), '--port must be a whole number from 0 to 65535, not "0x50".'],
  [env({ AQBRIDGE_PORT: " 80" }), 'AQBRIDGE_PORT must be a whole number from 0 to 65535, not " 80".'],
  [flags({ host: "http://x" }), '--host must be an IP address or a host name, not "http://x".'],
  [
    flags({ "log-level": "loud" }),
    '--log-level must be one of debug, info, warn, error, silent, not "loud".',
  ],
  [env({ AMAZONQ_REGION: "us-east-1.evil.com/" }), "AMAZONQ_REGION must be an AWS region"],
  [env({ AMAZONQ_PROFILE_ARN: "arn:aws:iam::1:x" }), "AMAZONQ_PROFILE_ARN must be a profile ARN"],
  [env({ AMAZONQ_ENDPOINT: "http://example.com" }), "AMAZONQ_ENDPOINT must be an https:// address"],
  [env({ AMAZONQ_OIDC_ENDPOINT: "oidc" }), "AMAZONQ_OIDC_ENDPOINT must be an https:// address"],
  [env({ AMAZONQ_ENDPOINT: "https://q.example.com/?a=b" }), "AMAZONQ_ENDPOINT must be"],
  [env({ DISABLE_AMAZONQ_SSL_VERIFY: "maybe" }), "DISABLE_AMAZONQ_SSL_VERIFY must be true or false"],
  [env({ AMAZONQ_SSL_VERIFY: "constructor" }), "AMAZONQ_SSL_VERIFY must be true or false"],
  [env({ ANTHROPIC_VERSION: "2023\n06" }), "ANTHROPIC_VERSION must be text of printable ASCII"],
  [
    file({ server: { port: "8000" } }),
    `server.port in ${configPath} must be a whole number from 0 to 65535, not "8000".`,
  ],
  [file({ server: { port: null } }), `server.port in ${configPath} must be a whole number`],
  [
    file({ logging: { enabled: "yes" } }),
    `logging.enabled in ${configPath} must be true or false, not "yes".`,
  ],
  [file({ logging: { level: 3 } }), `logging.level in ${configPath} must be one of`],
  [file({ ssl: { verify: 0 } }), `ssl.verify in ${configPath} must be true or false, not 0.`],
  [file({ timeouts: { body: 0 } }), `timeouts.body in ${configPath} must be a number of seconds`],
  [file({ server: { allowed_origins: "*" } }), `server.allowed_origins in ${configPath} must be a list`],
  [
    file({ server: { allowed_origins: ["*"] } }),
    `server.allowed_origins in ${configPath} must be a list, each item an origin such as https://chat.example.com, and no wildcard, not ["*"].`,
  ],
  [
    file({ server: { port: {} } }),
    `server.port in ${configPath} must be a whole number from 0 to 65535, not "an object".`,
  ],
  [file({ server: { allowed_hosts: ["*.lan"] } }), "server.allowed_hosts in"],
  [
    file({ models: { unknown: "ignore" } }),
    `models.unknown in ${configPath} must be one of default, reject, not "ignore".`,
  ],
  [
    file({ models: { aliases: ["a"] } }),
    `models.aliases in ${configPath} must be an object of names with a model id each`,
  ],
  [file({ models: { aliases: { fast: "" } } }), `models.aliases in ${configPath} must be`],
  [file({ models: { aliases: { fast: "two words" } } }), `models.aliases in ${configPath} must be`],
  [file({ models: { aliases: { fast: null } } }), `models.aliases in ${configPath} must be`],
  [file({ server: "8000" }), `server in ${configPath} must be an object.`],
  [file("[]"), `${configPath} must hold a JSON object.`],
  [file("{"), `${configPath} is not valid JSON (comments and trailing commas are allowed).`],
  [file('{} {"server":{}}'), `${configPath} is not valid JSON`],
  [flags({ config: "/none.json" }), "The configuration file /none.json cannot be read (ENOENT)."],
  [flags({ host: "0.0.0.0" }), "--host 0.0.0.0 can be reached from other machines and needs an API key"],
  [env({ AQBRIDGE_HOST: "::" }), "--host :: can be reached from other machines and needs an API key"],
  [file({ server: { host: "bridge.lan" } }), "--host bridge.lan can be reached from other machines"],
  [
    flags({ host: "0.0.0.0", "api-key": "fifteen-bytes-0" }),
    "--host 0.0.0.0 can be reached from other machines and needs an API key (AQBRIDGE_API_KEY) of at least 16 bytes.",
  ],
];

test.each(cases)("%j is refused", (given, message) => {
  expect(errorOf(given).message).toStartWith(message);
  expect(errorOf(given).message).not.toInclude("\n");
});

test.each([
  [env({ AWS_CA_BUNDLE: "/none.pem" })],
  [{ ...env({ AMAZONQ_CA_BUNDLE: "/ca.pem" }), files: { "/ca.pem": "no certificate" } }],
  [{ ...env({ AMAZONQ_CA_BUNDLE: "/ca.pem" }), files: { "/ca.pem": certificate.replace("MII", "AAA") } }],
])("a CA bundle without readable certificates is refused: %j", (given) => {
  expect(errorOf(given).message).toMatch(
    /^The CA bundle \/(none|ca)\.pem .*holds no readable certificates\.$/,
  );
});

test("a wrong value is refused even where another source wins", () => {
  const given = { ...file({ server: { port: "x" } }), ...flags({ port: "1" }) };
  expect(errorOf(given).message).toContain("server.port");
});

describe("no message repeats a secret", () => {
  test.each([
    [flags({ "api-key": `${secret} with spaces` })],
    [env({ AQBRIDGE_API_KEY: `${secret}\n` })],
    [file({ server: { api_key: [secret] } })],
    [file({ server: secret })],
    [file(`{ "server": { "api_key": ${secret} } }`)],
    [file({ credentials: { file: { refresh_token: secret } } })],
    [env({ AMAZONQ_ENDPOINT: `https://user:${secret}@q.example.com` })],
    [env({ AMAZONQ_ENDPOINT: `https://user:a/${secret}@q.example.com` })],
  ])("%#", (given) => {
    expect(errorOf(given).message).not.toContain(secret);
  });

  test("of an unknown key's value", () => {
    const { warnings } = loadFile({ server: { apikey: secret }, refresh_token: secret });
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).not.toContain(secret);
  });
});

describe("what is not known is a warning with the nearest name", () => {
  test.each([
    [
      { logging: { max_log_lenght: 1 } },
      "unknown key logging.max_log_lenght (did you mean logging.max_log_length?).",
    ],
    [{ loging: {} }, "unknown key loging (did you mean logging?)."],
    [{ something: 1 }, "unknown key something."],
  ])("%j", (content, warning) => {
    expect(loadFile(content).warnings).toEqual([`${configPath}: ${warning}`]);
  });

  test("among the variables of aqbridge", () => {
    const { warnings } = load({ environment: { AQBRIDGE_PROT: "1", PATH: "/bin" } });
    expect(warnings).toEqual(["Unknown environment variable AQBRIDGE_PROT (did you mean AQBRIDGE_PORT?)."]);
  });
});

test.each(["127.0.0.1", "127.8.9.10", "::1", "localhost"])("%s needs no API key", (host) => {
  expect(load({ arguments: { host } }).config.host).toBe(host);
});

test.each([
  ["[::1]", "::1"],
  ["[FD00::5]", "FD00::5"],
])("the host %s, as a URL has it, is the address %s", (host, address) => {
  const given = { host, "api-key": "sixteen-bytes-00" };
  expect(load({ arguments: given }).config.host).toBe(address);
  expect(load({ files: { [configPath]: { server: { host, api_key: given["api-key"] } } } }).config.host).toBe(
    address,
  );
});

test("any other address is accepted with a key of 16 bytes", () => {
  const key = "sixteen-bytes-00";
  expect(load({ arguments: { host: "0.0.0.0", "api-key": key } }).config.apiKey).toBe(key);
});

test.each([
  ["https://q.us-east-1.amazonaws.com/", "https://q.us-east-1.amazonaws.com"],
  ["http://127.0.0.1:9000/q/", "http://127.0.0.1:9000/q"],
  ["http://[::1]:9000", "http://[::1]:9000"],
])("the endpoint %s is %s", (given, endpoint) => {
  expect(load(env({ AMAZONQ_ENDPOINT: given })).config.endpoint).toBe(endpoint);
});
