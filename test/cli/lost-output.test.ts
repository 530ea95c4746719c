import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "../../scripts/bun.ts";
import { run } from "../support/program.ts";

const inShell = (line: string) =>
  run(["bash", "-c", line, process.execPath, join(root, "src/main.ts")], 10_000, {
    environment: { PATH: "/usr/bin:/bin" },
  });

describe("what a command prints", () => {
  test.each(["config schema", "key"])("and a full disk loses is a failure: %s", async (command) => {
    const { code, stderr } = await inShell(`"$0" "$1" ${command} > /dev/full`);
    expect(code).toBe(1);
    expect(stderr).toEndWith("aqbridge: cannot write to stdout (ENOSPC)\n");
  });

  test("may end where the reader stops reading", async () => {
    const { code, stderr } = await inShell(`"$0" "$1" config schema | true; exit "\${PIPESTATUS[0]}"`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
