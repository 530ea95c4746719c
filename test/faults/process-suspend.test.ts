import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Form, outcomeOf, post, streamed } from "./support/forms.ts";
import {
  apiKey,
  releaseBinary,
  startProgram,
  stopPrograms,
  temporaryFolder,
  until,
} from "./support/program-rig.ts";

const home = temporaryFolder();
let binary: string;
let service: Bun.Subprocess<"ignore", "pipe", "inherit">;
let environment: Record<string, string>;
beforeAll(async () => {
  binary = await releaseBinary(home);
  const script = join(import.meta.dir, "support/simulator-process.ts");
  service = Bun.spawn([process.execPath, script, apiKey, "20"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await service.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  environment = { AMAZONQ_ENDPOINT: String(value).trim(), KIRO_API_KEY: apiKey };
}, 120_000);
afterAll(async () => {
  service.kill("SIGKILL");
  await service.exited;
  rmSync(home, { recursive: true, force: true });
});
afterEach(async () => {
  service.kill("SIGCONT");
  await stopPrograms();
});

const timeouts = { first_event: 1.5, stream_idle: 1.5 };
const late = { failure: { message: expect.stringContaining("silent for 1.5 s") }, stopReason: undefined };

/** Asks and waits until the answer has begun; `rest` is how it went in the end. */
async function begin(url: string, form: Form) {
  const response = await post(url, form, { messages: [{ role: "user", content: "Tell me a long story." }] });
  expect(response.status).toBe(200);
  return { rest: outcomeOf(form, response) };
}

test("row 100: answers of a service that sleeps end with a timeout, and the first request after it wakes succeeds", async () => {
  const program = await startProgram(binary, { environment, config: { timeouts } });
  const begun = await Promise.all(streamed.map((form) => begin(program.url, form)));
  service.kill("SIGSTOP");
  for (const { rest } of begun) expect(await rest).toMatchObject({ status: 200, ...late });
  const form: Form = { protocol: "openai", stream: false };
  const refused = await outcomeOf(form, await post(program.url, form));
  expect(refused).toMatchObject({ status: 504, ...late });

  service.kill("SIGCONT");
  const answer = await outcomeOf(form, await post(program.url, form));
  expect(answer).toMatchObject({ status: 200, stopReason: "stop" });
  const attempts = program.logged("req.end").map((line) => line["attempts"]);
  expect(attempts.every((count) => Number(count) <= 2)).toBe(true);
});

test("row 100: a bridge that slept itself serves on when it wakes", async () => {
  const program = await startProgram(binary, { environment, config: { timeouts } });
  const { rest } = await begin(program.url, { protocol: "anthropic", stream: true });
  program.signal("SIGSTOP");
  await Bun.sleep(2_000);
  program.signal("SIGCONT");
  const { stopReason, failure } = await rest;
  expect(stopReason === "end_turn" || failure?.message.includes("silent")).toBe(true);
  const form: Form = { protocol: "openai", stream: false };
  await until("an answer", async () => (await outcomeOf(form, await post(program.url, form))).status === 200);
});
