import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { useRelease } from "../faults/support/release.ts";

const { start } = useRelease();

/** What a process was started with the last time. */
const startedWith = (pid: number): string[] => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");

describe.skipIf(process.platform !== "linux")("a server", () => {
  test.each([[["--demo"]], [["serve", "--demo"]]])(
    "has started over with the limits raised, and else as it was started: %j",
    async (flags) => {
      const environment = { EMPTY: "", ODD: "a=b\nc" };
      const program = await start({ flags, environment });
      expect(startedWith(program.pid)).toEqual(
        expect.arrayContaining([
          "BUN_CONFIG_MAX_HTTP_REQUESTS=65535",
          "BUN_JSC_thresholdForFTLOptimizeAfterWarmUp=1000000",
          "EMPTY=",
          "ODD=a=b\nc",
        ]),
      );
    },
  );

  test("keeps the ceiling that a person has set", async () => {
    const environment = { BUN_CONFIG_MAX_HTTP_REQUESTS: "300" };
    const program = await start({ flags: ["--demo"], environment });
    expect(startedWith(program.pid)).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=300");
  });
});
