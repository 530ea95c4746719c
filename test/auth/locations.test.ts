import { describe, expect, test } from "bun:test";
import { cliDatabasePath, cliSettingsPath } from "../../src/auth/locations.ts";

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
