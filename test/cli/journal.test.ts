import { expect, test } from "bun:test";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/bun.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();

/** The log of a server that is started and stopped, when JOURNAL_STREAM is what its stderr makes of it. */
async function logged(
  name: string,
  streamOf: (identity: { dev: number; ino: number }) => string,
): Promise<string> {
  const path = join(folder, name);
  const stderr = openSync(path, "w");
  const child = Bun.spawn([process.execPath, join(root, "src/main.ts"), "--demo", "--port=0"], {
    env: { HOME: folder, JOURNAL_STREAM: streamOf(fstatSync(stderr)) },
    stdin: "ignore",
    stdout: "pipe",
    stderr,
  });
  closeSync(stderr);
  await child.stdout.getReader().read();
  child.kill("SIGTERM");
  await child.exited;
  return readFileSync(path, "utf8");
}

test("lines for systemd's journal begin with their priority, not with a time that it keeps itself", async () => {
  expect(await logged("journal", ({ dev, ino }) => `${dev}:${ino}`)).toMatch(/^<6>stop$/m);
});

test("lines for another file, of a process that inherits the journal's variable, are JSON", async () => {
  const lines = await logged("file", ({ dev, ino }) => `${dev}:${ino + 1}`);
  expect(lines).toMatch(/^\{"time":"\d{4}-[^"]+Z","level":"info","event":"stop"\}$/m);
});
