import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { optsOutOfSharing } from "../../../src/auth/stores/cli-settings.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder();

describe("content is kept from Amazon", () => {
  test.each([
    ["when the setting is false", '{"codeWhisperer.shareCodeWhispererContentWithAWS": false}', true],
    ["not when the setting is true", '{"codeWhisperer.shareCodeWhispererContentWithAWS": true}', false],
    ["not when the CLI's user never chose", '{"chat.defaultModel": "x"}', false],
    ["when the settings are broken", '{"codeWhisperer', true],
  ])("%s", async (_, content, expected) => {
    const path = join(folder, "settings.json");
    writeFileSync(path, content);
    expect(await optsOutOfSharing(path)).toBe(expected);
  });

  test("when the settings are a pipe that nobody writes to", async () => {
    const path = join(folder, "pipe.json");
    Bun.spawnSync(["mkfifo", path]);
    expect(await optsOutOfSharing(path)).toBe(true);
  });

  test("when there are no settings", async () => {
    expect(await optsOutOfSharing(join(folder, "none.json"))).toBe(true);
    expect(await optsOutOfSharing(undefined)).toBe(true);
  });
});
