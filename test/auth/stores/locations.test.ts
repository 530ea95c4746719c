import { describe, expect, test } from "bun:test";
import {
  cliDatabasePath,
  cliSettingsPath,
  kiroDatabasePaths,
  kiroIdePath,
} from "../../../src/auth/stores/locations.ts";

describe("the Amazon Q CLI keeps its database", () => {
  const cases: [string, Parameters<typeof cliDatabasePath>[0], string | undefined][] = [
    [
      "in the XDG default on Linux",
      { platform: "linux", home: "/home/ada", environment: {} },
      "/home/ada/.local/share/amazon-q/data.sqlite3",
    ],
    [
      "where XDG_DATA_HOME says",
      { platform: "linux", home: "/home/ada", environment: { XDG_DATA_HOME: "/data" } },
      "/data/amazon-q/data.sqlite3",
    ],
    [
      "in the default when XDG_DATA_HOME is relative",
      { platform: "linux", home: "/home/ada", environment: { XDG_DATA_HOME: "data" } },
      "/home/ada/.local/share/amazon-q/data.sqlite3",
    ],
    [
      "in Application Support on macOS, whatever XDG says",
      { platform: "darwin", home: "/Users/ada", environment: { XDG_DATA_HOME: "/data" } },
      "/Users/ada/Library/Application Support/amazon-q/data.sqlite3",
    ],
    [
      "in LOCALAPPDATA on Windows",
      { platform: "win32", home: "C:\\Users\\ada", environment: { LOCALAPPDATA: "D:\\Local" } },
      "D:\\Local\\amazon-q\\data.sqlite3",
    ],
    [
      "in the profile on Windows without LOCALAPPDATA",
      { platform: "win32", home: "C:\\Users\\ada", environment: {} },
      "C:\\Users\\ada\\AppData\\Local\\amazon-q\\data.sqlite3",
    ],
    ["nowhere without a home", { platform: "linux", home: undefined, environment: {} }, undefined],
  ];
  test.each(cases)("%s", (_, surroundings, expected) => {
    expect(cliDatabasePath(surroundings)).toBe(expected);
  });
});

test("its settings lie beside its database", () => {
  expect(cliSettingsPath({ platform: "linux", home: "/home/ada", environment: {} })).toBe(
    "/home/ada/.local/share/amazon-q/settings.json",
  );
});

describe("kiro-cli keeps its database", () => {
  const cases: [string, Parameters<typeof kiroDatabasePaths>[0], string[]][] = [
    [
      "beside the Amazon Q CLI's on Linux",
      { platform: "linux", home: "/home/ada", environment: { XDG_DATA_HOME: "/data" } },
      ["/data/kiro-cli/data.sqlite3"],
    ],
    [
      "in Application Support on macOS",
      { platform: "darwin", home: "/Users/ada", environment: {} },
      ["/Users/ada/Library/Application Support/kiro-cli/data.sqlite3"],
    ],
    [
      "in either of two places on Windows",
      { platform: "win32", home: "C:\\Users\\ada", environment: { APPDATA: "D:\\Roaming" } },
      ["C:\\Users\\ada\\AppData\\Local\\Kiro-Cli\\data.sqlite3", "D:\\Roaming\\kiro-cli\\data.sqlite3"],
    ],
    ["nowhere without a home", { platform: "win32", home: undefined, environment: {} }, []],
  ];
  test.each(cases)("%s", (_, surroundings, expected) => {
    expect(kiroDatabasePaths(surroundings)).toEqual(expected);
  });
});

test("the Kiro IDE keeps its login at the same place of every home", () => {
  const environment = {};
  const inHome = (platform: NodeJS.Platform, home: string | undefined) =>
    kiroIdePath({ platform, home, environment });
  expect(inHome("linux", "/home/ada")).toBe("/home/ada/.aws/sso/cache/kiro-auth-token.json");
  expect(inHome("win32", "C:\\Users\\ada")).toBe("C:\\Users\\ada\\.aws\\sso\\cache\\kiro-auth-token.json");
  expect(inHome("linux", undefined)).toBeUndefined();
});
