import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { post } from "../faults/support/forms.ts";
import { until } from "../faults/support/program-rig.ts";
import { useRelease } from "../faults/support/release.ts";
import { temporaryFolder } from "../support/folder.ts";

const { start } = useRelease();

test("--debug-dump warns at the start, and writes each turn to files of its owner's", async () => {
  const dump = join(temporaryFolder(), "dump");
  const { url, stderr } = await start({ flags: ["--demo", `--debug-dump=${dump}`] });
  expect(stderr()).toContain(`"warning":"Requests and answers are written to ${dump} (--debug-dump)."`);
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

test("a file that does not fit on the disk leaves nothing behind", async () => {
  const dump = join(temporaryFolder(), "dump");
  // Files of 512 bytes at most, in the place of a disk that is full.
  const prefix = ["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$0" "$@"'];
  const { url, logged } = await start({ prefix, flags: ["--demo", `--debug-dump=${dump}`] });
  const messages = [{ role: "user", content: "x".repeat(2_000) }];
  await (await post(url, { protocol: "openai", stream: true }, { messages })).text();
  await until("both failures", () => logged("debug-dump").length === 2);
  await until("no file", () => readdirSync(dump).length === 0);
});

test("without it nothing of a turn is written anywhere", async () => {
  const { url, folder } = await start({ flags: ["--demo"] });
  await (await post(url, { protocol: "openai", stream: true })).text();
  expect(readdirSync(folder)).toEqual(["config.json"]);
});
