import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { post } from "../faults/support/forms.ts";
import { useRelease } from "../faults/support/release.ts";
import { ending, stream, text } from "../support/script.ts";

const { start, startService } = useRelease();

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

  test("gives at once only the answers that such a ceiling has room for, says so, and lets none wait", async () => {
    const { simulator, environment } = startService();
    const program = await start({ environment: { ...environment, BUN_CONFIG_MAX_HTTP_REQUESTS: "20" } });
    simulator.script(
      ...Array.from({ length: 30 }, () =>
        stream(text("One "), { pauseMs: 1500 }, text("two."), ending("END_TURN")),
      ),
    );
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post(program.url, { protocol: "openai", stream: true })),
    );
    const withStatus = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect({ served: withStatus(200), refused: withStatus(503) }).toEqual({ served: 12, refused: 18 });
    expect(program.logged("proc.fetches")).toMatchObject([{ limit: 20, maxStreams: 12 }]);
    expect(program.logged("proc.files")).toEqual([]);
    await Promise.all(answers.map((answer) => answer.text()));
  });
});
