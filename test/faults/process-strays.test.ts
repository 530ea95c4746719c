import { beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { ending, stream, text } from "../support/script.ts";
import { type Form, outcomeOf, post } from "./support/forms.ts";
import { metric, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const { start, startService } = useRelease();
/** Run inside the program before it starts, by the runtime's own variable: the bridge has no hook for faults. */
const faults = join(temporaryFolder(), "faults.js");
beforeAll(() => {
  writeFileSync(
    faults,
    `const inject = {
      rejection: (n) => void Promise.reject(new Error("stray rejection " + n)),
      exception: (n) => void setTimeout(() => { throw new Error("stray exception " + n); }),
      value: () => void Promise.reject("aoa-a-token-thrown-as-it-is"),
      block: () => { const end = Date.now() + 300; while (Date.now() < end); },
    };
    process.on("SIGUSR2", () => {
      for (let n = 1; n <= Number(process.env.FAULTS); n++) inject[process.env.FAULT](n);
    });`,
  );
});

const form: Form = { protocol: "anthropic", stream: true };

/** A program with a fault to inject, and a stream under way that pauses for so long. */
async function withStream(fault: string, count: number, pauseMs: number) {
  const { simulator, environment } = startService();
  const program = await start({
    environment: { ...environment, BUN_OPTIONS: `--preload=${faults}`, FAULT: fault, FAULTS: String(count) },
  });
  simulator.script(stream(text("One "), { pauseMs }, text("two."), ending("END_TURN")));
  const answer = post(program.url, form).then((response) => outcomeOf(form, response));
  await until("the stream", () =>
    simulator.requests.some(({ path }) => path === "/generateAssistantResponse"),
  );
  return { program, answer };
}

const whole = { status: 200, text: "One two.", failure: undefined };

test.each(["rejection", "exception"])(
  "row 95: a stray %s is logged with its stack and counted; the process and its streams live on",
  async (fault) => {
    const { program, answer } = await withStream(fault, 3, 500);
    program.signal("SIGUSR2");
    await until("the log", () => program.logged("proc.unhandled").length === 3);
    for (const { level, error, stack } of program.logged("proc.unhandled")) {
      expect({ level, error }).toEqual({ level: "error", error: "Error" });
      expect(stack).toStartWith(`Error: stray ${fault} `);
      expect(stack).toContain("faults.js");
    }
    expect(await answer).toMatchObject(whole);
    expect(await metric(program.url, "aqbridge_stray_failures_total")).toBe(3);
    await program.expectBase();
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
  },
);

test("row 95: of a stray that is no error nothing is logged but its type", async () => {
  const { program, answer } = await withStream("value", 1, 200);
  program.signal("SIGUSR2");
  await until("the log", () => program.logged("proc.unhandled").length === 1);
  expect(program.logged("proc.unhandled")).toMatchObject([{ error: "string" }]);
  expect(program.stderr()).not.toContain("aoa-");
  expect(await answer).toMatchObject(whole);
});

test("row 95: more than 20 in a minute end it with 70, its streams first", async () => {
  const { program, answer } = await withStream("rejection", 21, 500);
  program.signal("SIGUSR2");
  expect(await answer).toMatchObject(whole);
  expect(await program.ended).toBe(70);
  expect(program.logged("proc.unhandled")).toHaveLength(21);
});

test("row 96: a blocked event loop is logged with what was going on", async () => {
  const { program, answer } = await withStream("block", 1, 500);
  program.signal("SIGUSR2");
  expect(await answer).toMatchObject(whole);
  await until("the log", () => program.logged("proc.lag").length > 0);
  const [lag = {}] = program.logged("proc.lag");
  expect(lag).toMatchObject({ level: "warn", open: 1, route: "/v1/messages" });
  expect(lag["ms"]).toBeGreaterThan(200);
  expect(lag["ms"]).toBeLessThan(5_000);
  expect(await metric(program.url, "aqbridge_event_loop_lag_max_seconds")).toBeGreaterThan(0.2);
});
