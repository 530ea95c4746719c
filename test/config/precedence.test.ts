import { expect, test } from "bun:test";
import { type OptionName, optionRows } from "../../src/config/options.ts";
import { certificate } from "../support/certificate.ts";
import { configPath, type Given, load } from "../support/config.ts";

interface Sample {
  /** As a flag or variable spells it; none for a switch. */
  text: string;
  /** As config.json holds it. */
  json: unknown;
  /** What the configuration then holds. */
  value: unknown;
}

const same = (text: string): Sample => ({ text, json: text, value: text });
const number = (value: number): Sample => ({ text: String(value), json: value, value });
const listed = (...items: string[]): Sample => ({ text: items.join(", "), json: items, value: items });
const off: Sample = { text: "off", json: false, value: false };

const samples: Readonly<Record<OptionName, Sample>> = {
  port: number(0),
  host: same("::1"),
  apiKey: same("a-key"),
  allowedHosts: listed("bridge.lan:8000", "nas"),
  allowedOrigins: listed("https://chat.example.com", "https://b.example:8443"),
  maxBodyBytes: number(1024),
  maxStreams: number(3),
  maxMemoryMb: number(64),
  dir: same("/srv/aq"),
  configFile: same("/srv/other.json"),
  credentialsFile: same("/srv/login.json"),
  cliDatabase: same("/srv/data.sqlite3"),
  kiroDatabase: same("/srv/kiro.sqlite3"),
  kiroApiKey: same("ksk_key"),
  cliWriteBack: off,
  endpoint: same("https://q.eu-central-1.amazonaws.com"),
  oidcEndpoint: same("http://127.0.0.1:9999"),
  region: same("eu-central-1"),
  profileArn: same("arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGH"),
  defaultModel: same("claude-haiku-4.5"),
  modelAliases: { text: "", json: { fast: "claude-haiku-4.5" }, value: { fast: "claude-haiku-4.5" } },
  unknownModels: same("reject"),
  demo: { text: "", json: undefined, value: true },
  debugDump: same("/srv/dump"),
  logLevel: { text: "DEBUG", json: "Debug", value: "debug" },
  logEnabled: off,
  logRequests: off,
  logResponses: off,
  logTokenRefresh: off,
  logFile: same("/srv/aq.log"),
  logFormat: same("json"),
  maxLogLength: number(80),
  streamChunkSize: number(1024),
  bufferMaxSize: number(2_000_000),
  tokenRefreshMarginSeconds: number(60),
  caBundle: same("/srv/ca.pem"),
  sslVerify: off,
  anthropicVersion: same("2024-01-01"),
  bodyTimeoutSeconds: number(0.25),
  connectTimeoutSeconds: number(0.25),
  firstEventTimeoutSeconds: number(0.25),
  streamIdleTimeoutSeconds: number(0.25),
  oidcTimeoutSeconds: number(0.25),
  slowClientTimeoutSeconds: number(0.25),
  drainTimeoutSeconds: number(0.25),
  heartbeatSeconds: number(0.25),
};

const files = { "/srv/ca.pem": certificate, "/srv/other.json": {} };

function member(key: string, value: unknown) {
  const [section = "", name = ""] = key.split(".");
  return { [section]: { [name]: value } };
}

const cases = optionRows.flatMap(([name, { flag, env = [], keys = [] }]) => {
  const sample = Object.entries(samples).find(([key]) => key === name)?.[1];
  if (!sample) throw new Error(`No sample for ${name}`);
  const { text, json, value } = sample;
  const flagValue: string | true = text || true;
  const ways: { source: string; given: Given }[] = [
    ...(flag === undefined ? [] : [{ source: `--${flag}`, given: { arguments: { [flag]: flagValue } } }]),
    ...env.map((source) => ({ source, given: { environment: { [source]: text } } })),
    ...keys.map((source) => ({ source, given: { files: { [configPath]: member(source, json) } } })),
  ];
  return ways.map((way) => ({ name, value, ...way }));
});

test.each(cases)("$name comes from $source", ({ name, value, given }) => {
  const { config } = load({ ...given, files: { ...files, ...given.files } });
  expect(config).toHaveProperty(name, value);
});

test("a flag wins over a variable, a variable over config.json, config.json over the default", () => {
  const file = { files: { [configPath]: { server: { port: 1 } } } };
  const environment = { AQBRIDGE_PORT: "2" };
  expect(load().config.port).toBe(8000);
  expect(load(file).config.port).toBe(1);
  expect(load({ ...file, environment }).config.port).toBe(2);
  expect(load({ ...file, environment, arguments: { port: "3" } }).config.port).toBe(3);
});

test("of several variables the first that is not empty wins", () => {
  const files = { "/a.pem": certificate, "/b.pem": certificate };
  const environment = { AMAZONQ_CA_BUNDLE: "", AWS_CA_BUNDLE: "/a.pem", REQUESTS_CA_BUNDLE: "/b.pem" };
  expect(load({ files, environment }).config.caBundle).toBe("/a.pem");
});

test("an empty variable is one that is not set", () => {
  expect(load({ environment: { AQBRIDGE_PORT: "", AQBRIDGE_API_KEY: "" } }).config).toEqual(load().config);
});

test("the configuration cannot be changed", () => {
  const { config } = load();
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
});

test.each(["codewhisperer", "transform"])(
  "a profile of %s, of both of which the service has some, can be named",
  (kind) => {
    const profileArn = `arn:aws:${kind}:us-east-1:123456789012:profile/ABCDEFGHIJKL`;
    expect(load({ environment: { AMAZONQ_PROFILE_ARN: profileArn } }).config).toMatchObject({ profileArn });
  },
);
