import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type Form, outcomeOf, post, streamed } from "./support/forms.ts";
import { apiKey, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const { start } = useRelease();
let service: Bun.Subprocess<"ignore", "pipe", "inherit">;
let environment: Record<string, string>;
beforeAll(async () => {
  const script = join(import.meta.dir, "support/simulator-process.ts");
  service = Bun.spawn([process.execPath, script, apiKey, "20"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await service.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  environment = { AMAZONQ_ENDPOINT: String(value).trim(), KIRO_API_KEY: apiKey };
}, 20_000);
afterAll(async () => {
  service.kill("SIGKILL");
  await service.exited;
});
afterEach(() => service.kill("SIGCONT"));

const timeouts = { first_event: 0.8, stream_idle: 0.8 };
const late = { failure: { message: expect.stringContaining("silent for 0.8 s") }, stopReason: undefined };

/** Asks and waits until the answer has begun; `rest` is how it went in the end. */
async function begin(url: string, form: Form) {
  const response = await post(url, form, { messages: [{ role: "user", content: "Tell me a long story." }] });
  expect(response.status).toBe(200);
  return { rest: outcomeOf(form, response) };
}

test("row 100: answers of a service that sleeps end with a timeout, and the first request after it wakes succeeds", async () => {
  const program = await start({ environment, config: { timeouts } });
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
  const program = await start({ environment, config: { timeouts } });
  const { rest } = await begin(program.url, { protocol: "anthropic", stream: true });
  program.signal("SIGSTOP");
  await Bun.sleep(1_000);
  program.signal("SIGCONT");
  const { stopReason, failure } = await rest;
  expect(stopReason === "end_turn" || failure?.message.includes("silent")).toBe(true);
  const form: Form = { protocol: "openai", stream: false };
  await until("an answer", async () => (await outcomeOf(form, await post(program.url, form))).status === 200);
});
