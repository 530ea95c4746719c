import { beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema } from "../../src/config/schema.ts";
import { starterConfig } from "../../src/config/starter.ts";
import { runLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";

let home: string;
let path: string;
beforeEach(() => {
  home = temporaryFolder();
  path = join(home, ".config/aqbridge/config.json");
});

const row = (out: string, name: string) =>
  out
    .split("\n")
    .find((line) => line.startsWith(`${name} `))
    ?.split(/ {2,}/);

describe("config", () => {
  test("shows each value and who gave it, from a file that a link leads to", async () => {
    mkdirSync(join(home, ".config/aqbridge"), { recursive: true });
    writeFileSync(join(home, "dotfile.json"), '{ "models": { "default": "claude-opus-4.6" } /* mine */ }');
    symlinkSync(join(home, "dotfile.json"), path);
    const { code, out, err } = await runLine("config --port 9000", {
      home,
      environment: { AQBRIDGE_HOST: "::1" },
    });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(row(out, "server.port")).toEqual(["server.port", "9000", "--port"]);
    expect(row(out, "server.host")).toEqual(["server.host", '"::1"', "AQBRIDGE_HOST"]);
    expect(row(out, "models.default")).toEqual([
      "models.default",
      '"claude-opus-4.6"',
      `models.default in ${path}`,
    ]);
    expect(row(out, "upstream.region")).toEqual(["upstream.region", "(as the login says)", "default"]);
    expect(row(out, "timeouts.body")).toEqual(["timeouts.body", "60", "default"]);
  });

  test("says only of a secret that it is set", async () => {
    const { out, err } = await runLine("config", {
      home,
      environment: { AQBRIDGE_API_KEY: "canary-secret" },
    });
    expect(row(out, "server.api_key")).toEqual(["server.api_key", "(set)", "AQBRIDGE_API_KEY"]);
    expect(out + err).not.toContain("canary-secret");
  });

  test("shows the warnings, too", async () => {
    const { err } = await runLine("config", { home, environment: { AQBRIDGE_PROT: "1" } });
    expect(err).toContain("AQBRIDGE_PROT (did you mean AQBRIDGE_PORT?)");
  });
});

test("config shows a value without what would drive the terminal", async () => {
  mkdirSync(join(home, ".config/aqbridge"), { recursive: true });
  writeFileSync(path, JSON.stringify({ models: { aliases: { "\u001b[1m\u009b2J\u202e": "a" } } }));
  const { out } = await runLine("config", { home });
  expect(row(out, "models.aliases")?.[1]).toBe('{"\\u001b[1m\\u009b2J\\u202e":"a"}');
});

test("config's warnings about a file, whatever stands in it, do not drive the terminal", async () => {
  mkdirSync(join(home, ".config/aqbridge"), { recursive: true });
  writeFileSync(path, JSON.stringify({ "\u001b]0;x\u0007\u009b2J\u202e": {}, server: { "a\nb": 1 } }));
  const { err } = await runLine("config", { home });
  expect(err).toContain("unknown key  ]0;x 2J .");
  expect(err).toMatch(/^(aqbridge: [^\p{Cc}\p{Cf}]+\n)+$/u);
});

test("config schema prints the schema, whatever the file holds", async () => {
  mkdirSync(join(home, ".config/aqbridge"), { recursive: true });
  writeFileSync(path, "{ broken");
  const { code, out } = await runLine("config schema", { home });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual(configSchema());
});

describe("config init", () => {
  test("writes a starter for the owner alone, and never over anything", async () => {
    expect(await runLine("config init", { home })).toMatchObject({ code: 0, out: `Wrote ${path}.\n` });
    expect(readFileSync(path, "utf8")).toBe(starterConfig());
    expect(statSync(path).mode & 0o777).toBe(0o600);

    writeFileSync(path, "{}");
    expect(await runLine("config init", { home })).toMatchObject({
      code: 1,
      err: `aqbridge: ${path} already exists\n`,
    });
    expect(readFileSync(path, "utf8")).toBe("{}");
  });

  test.each([
    ["--dir", "--dir HOME/elsewhere", {}],
    ["--config", "--config HOME/elsewhere/config.json", {}],
    ["AQBRIDGE_CONFIG", "", { AQBRIDGE_CONFIG: "HOME/elsewhere/config.json" }],
  ])("writes where %s says", async (_, flags, environment) => {
    const inHome = (text: string) => text.replace("HOME", home);
    const given = Object.entries(environment).map(([name, value]) => [name, inHome(value)]);
    const world = { home, environment: Object.fromEntries(given) };
    expect(await runLine(inHome(`config init ${flags}`), world)).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(join(home, "elsewhere/config.json"), "utf8")).toBe(starterConfig());
  });
});
