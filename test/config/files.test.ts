import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { configPath, load, loadFile } from "../support/config.ts";

const windows = {
  platform: "win32",
  home: "C:\\Users\\ada",
  environment: { APPDATA: "C:\\Users\\ada\\Roaming", LOCALAPPDATA: "D:\\Local" },
} as const;

test.each([
  [{}, "/home/ada/.config/aqbridge/config.json", "/home/ada/.local/state/aqbridge/amazonq_credentials.json"],
  [
    { environment: { XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" } },
    "/c/aqbridge/config.json",
    "/s/aqbridge/amazonq_credentials.json",
  ],
  [
    { environment: { XDG_CONFIG_HOME: "c", XDG_STATE_HOME: "./s" } },
    "/home/ada/.config/aqbridge/config.json",
    "/home/ada/.local/state/aqbridge/amazonq_credentials.json",
  ],
  [{ arguments: { dir: "." } }, "config.json", "amazonq_credentials.json"],
  [{ environment: { AQBRIDGE_DIR: "/srv/aq" } }, "/srv/aq/config.json", "/srv/aq/amazonq_credentials.json"],
  [
    { arguments: { dir: "/srv/aq", credentials: "/safe/login.json" } },
    "/srv/aq/config.json",
    "/safe/login.json",
  ],
  [
    {
      arguments: { dir: "/srv/aq" },
      environment: { AQBRIDGE_CONFIG: "/else.json", AQBRIDGE_CREDENTIALS: "/else/login.json" },
    },
    "/srv/aq/config.json",
    "/srv/aq/amazonq_credentials.json",
  ],
  [
    { environment: { AQBRIDGE_DIR: "/srv/aq", AQBRIDGE_CREDENTIALS: "/safe/login.json" } },
    "/srv/aq/config.json",
    "/safe/login.json",
  ],
  [
    { platform: "darwin", home: "/Users/ada" } as const,
    "/Users/ada/.config/aqbridge/config.json",
    "/Users/ada/.local/state/aqbridge/amazonq_credentials.json",
  ],
  [
    windows,
    "C:\\Users\\ada\\Roaming\\aqbridge\\config.json",
    "D:\\Local\\aqbridge\\amazonq_credentials.json",
  ],
])("%j: the configuration is %s and the login %s", (given, configFile, credentialsFile) => {
  expect(load(given).config).toMatchObject({ configFile, credentialsFile });
});

test("without a home directory the program starts, and says that it cannot keep a login", () => {
  const { config, warnings } = load({ home: undefined });
  expect(config.configFile).toBeUndefined();
  expect(config.credentialsFile).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining("--dir")]);
});

test("a relative path in config.json starts at its folder, one in a variable stays as it is", () => {
  const files = { "/srv/config.json": { credentials: { file: "login.json", cli_db: "/abs.sqlite3" } } };
  const { config } = load({ files, arguments: { config: "/srv/config.json" } });
  expect(config).toMatchObject({ credentialsFile: "/srv/login.json", cliDatabase: "/abs.sqlite3" });
  expect(load({ environment: { AMAZONQ_CLI_DB: "data.sqlite3" } }).config.cliDatabase).toBe("data.sqlite3");
});

test("config.json may have a byte order mark, comments, trailing commas and a $schema", () => {
  const { config, warnings } = loadFile(`\uFEFF{
    // where the editor finds the schema
    "$schema": "https://example.com/aqbridge.json",
    "server": { "port": 9000, /* free */ },
    "models": { "default": "a//b,}", }, // the end
  }`);
  expect(config).toMatchObject({ port: 9000, defaultModel: "a//b,}" });
  expect(warnings).toEqual([]);
});

test("no file is read but the user's config.json", () => {
  const read: string[] = [];
  const readFile = (path: string) => {
    read.push(path);
    return "{}";
  };
  loadConfig({ arguments: {}, environment: {}, home: "/home/ada", platform: "linux", readFile });
  expect(read).toEqual([configPath]);
});
