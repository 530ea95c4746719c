import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { post } from "../faults/support/forms.ts";
import {
  releaseBinary,
  startProgram,
  stopPrograms,
  temporaryFolder,
  until,
} from "../faults/support/program-rig.ts";

const home = temporaryFolder();
let binary: string;
beforeAll(async () => {
  binary = await releaseBinary(home);
}, 120_000);
afterAll(async () => {
  await stopPrograms();
  rmSync(home, { recursive: true });
});

test("--debug-dump warns at the start, and writes each turn to files of its owner's", async () => {
  const dump = join(home, "dump");
  const { url, stderr } = await startProgram(binary, { flags: ["--demo", `--debug-dump=${dump}`] });
  expect(stderr()).toContain(`"warning":"What is asked and answered is written to ${dump} (--debug-dump)."`);
  const messages = [{ role: "user", content: "canary-question" }];
  const answer = await post(url, { protocol: "openai", stream: true }, { messages });
  const requestId = answer.headers.get("x-request-id") ?? "";
  await answer.text();
  await until("both files", () => readdirSync(dump).length === 2);

  const [question = "", answered = ""] = readdirSync(dump).sort();
  expect(question).toEndWith(`-${requestId}-request.json`);
  expect(readFileSync(join(dump, question), "utf8")).toContain("canary-question");
  await until("the answer", () => readFileSync(join(dump, answered), "utf8").includes('"turn-end"'));
  expect([dump, join(dump, question)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  expect(stderr()).not.toContain("canary");
});

test("without it nothing of a turn is written anywhere", async () => {
  const { url, folder } = await startProgram(binary, { flags: ["--demo"] });
  await (await post(url, { protocol: "openai", stream: true })).text();
  expect(readdirSync(folder)).toEqual(["config.json"]);
});
