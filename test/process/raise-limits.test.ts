import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { releaseBinary, startProgram, stopPrograms, temporaryFolder } from "../faults/support/program-rig.ts";

const folder = temporaryFolder();
let binary: string;
beforeAll(async () => {
  binary = await releaseBinary(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(stopPrograms);

/** What a process was started with the last time. */
const startedWith = (pid: number): string[] => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");

describe.skipIf(process.platform !== "linux")("a server", () => {
  test.each([[["--demo"]], [["serve", "--demo"]]])(
    "has started over without the runtime's ceiling, and else as it was started: %j",
    async (flags) => {
      const environment = { EMPTY: "", ODD: "a=b\nc" };
      const program = await startProgram(binary, { flags, environment });
      expect(startedWith(program.pid)).toEqual(
        expect.arrayContaining(["BUN_CONFIG_MAX_HTTP_REQUESTS=65535", "EMPTY=", "ODD=a=b\nc"]),
      );
    },
  );

  test("keeps the ceiling that a person has set", async () => {
    const environment = { BUN_CONFIG_MAX_HTTP_REQUESTS: "300" };
    const program = await startProgram(binary, { flags: ["--demo"], environment });
    expect(startedWith(program.pid)).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS=300");
  });
});
