import { expect } from "bun:test";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bun, root } from "../../scripts/bun.ts";

export const lacks = (program: string) => Bun.which(program) === null;

export function run(folder: string, command: readonly string[], input = "") {
  const { exitCode, stdout } = Bun.spawnSync([...command], {
    cwd: folder,
    stdin: new TextEncoder().encode(input),
    stderr: "ignore",
  });
  return { ok: exitCode === 0, output: stdout.toString() };
}

const gitSettings = ["user.name=Ada", "user.email=ada@example.com", "commit.gpgSign=false"];

export const git = (folder: string, ...args: readonly string[]) =>
  run(folder, ["git", ...gitSettings.flatMap((setting) => ["-c", setting]), ...args]);

/** Makes a repository whose only commit is the program as it is now. */
export function createRepository(folder: string): void {
  const parts = ["src", "scripts", "package.json", "bun.lock", "bunfig.toml", "tsconfig.json", ".gitignore"];
  for (const path of parts) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const args of [["init"], ["add", "."], ["commit", "-m", "All"]]) {
    expect(git(folder, ...args)).toMatchObject({ ok: true });
  }
}

/** Runs that folder's own release command. */
export const release = (folder: string, ...args: readonly string[]) =>
  bun([join(folder, "scripts", "release.ts"), ...args]);

export const released = (folder: string, name: string) => readFileSync(join(folder, "dist", name), "utf8");
