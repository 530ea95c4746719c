import { describe, expect, test } from "bun:test";
import { optionRows } from "../../src/config/options.ts";
import { configSchema } from "../../src/config/schema.ts";
import { starterConfig } from "../../src/config/starter.ts";
import { isJsonObject, type JsonValue } from "../../src/json.ts";
import { parseJsonc } from "../../src/jsonc/parse.ts";
import { load, loadFile } from "../support/config.ts";
import { isValid } from "../support/json-schema.ts";

const schema = configSchema();
const jsonOf = (text: string): JsonValue => JSON.parse(JSON.stringify(parseJsonc(text)));
const keys = optionRows.flatMap(([, option]) => (option.keys ?? []).map((key) => [key, option] as const));

test("the schema describes every key of the file, each with its help", () => {
  const { properties } = schema;
  if (!isJsonObject(properties)) throw new Error("no properties");
  for (const [key, { help }] of keys) {
    const [section = "", name = ""] = key.split(".");
    const members = properties[section];
    const member =
      isJsonObject(members) && isJsonObject(members["properties"]) && members["properties"][name];
    expect(member).toMatchObject({ description: expect.stringContaining(help) });
  }
});

describe("valid is", () => {
  test.each<[JsonValue]>([
    [{}],
    [{ $schema: "./config.schema.json" }],
    [
      {
        server: {
          port: 9000,
          host: "::1",
          allowed_hosts: ["bridge.lan:8000"],
          allowed_origins: ["https://a.b"],
        },
      },
    ],
    [{ models: { default: "claude-opus-4.6", aliases: { fast: "claude-haiku-4.5" }, unknown: "reject" } }],
    [{ logging: { level: "INFO", enabled: false, max_log_length: 300 } }],
    [{ logging: { level: "warning" } }],
    [{ performance: { stream_chunk_size: 1024, buffer_max_size: 10240, token_refresh_margin_seconds: 120 } }],
    [{ ssl: { verify_oidc: true, ca_bundle: "" } }],
    [{ upstream: { endpoint: "https://q.eu-central-1.amazonaws.com/", region: "eu-central-1" } }],
    [{ upstream: { oidc_endpoint: "http://127.0.0.1:9999" } }],
    [{ timeouts: { body: 0.25, heartbeat: 15 } }],
  ])("%j, to the program as to the schema", (content) => {
    expect(isValid(content, schema)).toBe(true);
    expect(loadFile(content).warnings.filter((warning) => warning.includes("unknown"))).toEqual([]);
  });
});

describe("not valid is", () => {
  test.each<[JsonValue]>([
    [[]],
    [{ server: "8000" }],
    [{ server: { port: "8000" } }],
    [{ server: { port: 65536 } }],
    [{ server: { port: 1.5 } }],
    [{ server: { host: "http://x" } }],
    [{ server: { allowed_hosts: "x" } }],
    [{ server: { allowed_origins: ["*"] } }],
    [{ models: { aliases: { fast: "two words" } } }],
    [{ models: { unknown: "ignore" } }],
    [{ logging: { level: "loud" } }],
    [{ logging: { level: 3 } }],
    [{ logging: { enabled: "yes" } }],
    [{ ssl: { verify: 0 } }],
    [{ timeouts: { body: 0 } }],
    [{ upstream: { endpoint: "http://example.com" } }],
    [{ upstream: { endpoint: "https://q.example.com/?a=b" } }],
    [{ upstream: { endpoint: "https://user@q.example.com" } }],
    [{ upstream: { region: "nowhere" } }],
  ])("%j, to the program as to the schema", (content) => {
    expect(isValid(content, schema)).toBe(false);
    expect(() => loadFile(content)).toThrow();
  });

  test.each<[JsonValue]>([[{ loging: {} }], [{ server: { prot: 1 } }]])(
    "%j to the schema; the program warns",
    (content) => {
      expect(isValid(content, schema)).toBe(false);
      expect(loadFile(content).warnings).not.toEqual([]);
    },
  );
});

describe("the starter", () => {
  const uncommented = starterConfig().replace(/^( *)\/\/ (?=")/gm, "$1");

  test("is valid and changes nothing", () => {
    expect(isValid(jsonOf(starterConfig()), schema)).toBe(true);
    const { config, warnings } = loadFile(starterConfig());
    expect(config).toEqual(load().config);
    expect(warnings).toEqual([]);
  });

  test("names every key but second names and secrets, with its default", () => {
    expect(isValid(jsonOf(uncommented), schema)).toBe(true);
    const { config, warnings } = loadFile(uncommented);
    expect(config).toEqual(load().config);
    expect(warnings).toEqual([]);
    for (const [, { keys = [], type }] of optionRows) {
      const name = keys[0]?.split(".")[1];
      if (name !== undefined) expect(uncommented.includes(`"${name}":`)).toBe(!type.secret);
    }
  });
});
