import { describe, expect, test } from "bun:test";
import {
  cliDatabasePath,
  cliSettingsPath,
  kiroDatabasePaths,
  kiroIdePath,
} from "../../../src/auth/stores/locations.ts";

const environment = {};
const linux = { platform: "linux", home: "/home/ada", environment } as const;
const macos = { platform: "darwin", home: "/Users/ada", environment } as const;
const windows = { platform: "win32", home: "C:\\Users\\ada", environment } as const;
const linuxAt = (XDG_DATA_HOME: string) => ({ ...linux, environment: { XDG_DATA_HOME } });

describe("the Amazon Q CLI keeps its database", () => {
  const local = { ...windows, environment: { LOCALAPPDATA: "D:\\Local" } };
  test.each([
    ["in the XDG default on Linux", linux, "/home/ada/.local/share/amazon-q/data.sqlite3"],
    ["where XDG_DATA_HOME says", linuxAt("/data"), "/data/amazon-q/data.sqlite3"],
    ["not in a relative XDG_DATA_HOME", linuxAt("data"), "/home/ada/.local/share/amazon-q/data.sqlite3"],
    [
      "in Application Support on macOS, whatever XDG says",
      { ...macos, environment: { XDG_DATA_HOME: "/data" } },
      "/Users/ada/Library/Application Support/amazon-q/data.sqlite3",
    ],
    ["in LOCALAPPDATA on Windows", local, "D:\\Local\\amazon-q\\data.sqlite3"],
    [
      "in the profile on Windows without LOCALAPPDATA",
      windows,
      "C:\\Users\\ada\\AppData\\Local\\amazon-q\\data.sqlite3",
    ],
    ["nowhere without a home", { ...linux, home: undefined }, undefined],
  ])("%s", (_, surroundings, expected) => {
    expect(cliDatabasePath(surroundings)).toBe(expected);
  });
});

test("its settings lie beside its database", () => {
  expect(cliSettingsPath(linux)).toBe("/home/ada/.local/share/amazon-q/settings.json");
});

describe("kiro-cli keeps its database", () => {
  test.each([
    ["beside the Amazon Q CLI's on Linux", linuxAt("/data"), ["/data/kiro-cli/data.sqlite3"]],
    [
      "in Application Support on macOS",
      macos,
      ["/Users/ada/Library/Application Support/kiro-cli/data.sqlite3"],
    ],
    [
      "in either of two places on Windows",
      { ...windows, environment: { APPDATA: "D:\\Roaming" } },
      ["C:\\Users\\ada\\AppData\\Local\\Kiro-Cli\\data.sqlite3", "D:\\Roaming\\kiro-cli\\data.sqlite3"],
    ],
    ["nowhere without a home", { ...windows, home: undefined }, []],
  ])("%s", (_, surroundings, expected) => {
    expect(kiroDatabasePaths(surroundings)).toEqual(expected);
  });
});

test("the Kiro IDE keeps its login at the same place of every home", () => {
  const inHome = (platform: NodeJS.Platform, home: string | undefined) =>
    kiroIdePath({ platform, home, environment });
  expect(inHome("linux", "/home/ada")).toBe("/home/ada/.aws/sso/cache/kiro-auth-token.json");
  expect(inHome("win32", "C:\\Users\\ada")).toBe("C:\\Users\\ada\\.aws\\sso\\cache\\kiro-auth-token.json");
  expect(inHome("linux", undefined)).toBeUndefined();
});
