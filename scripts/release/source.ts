import { join } from "node:path";

/** What a release is made of: a commit, and what was changed since. */
export interface Source {
  commit: string;
  committedAt: Date;
  /** One line for each changed or new file, as `git status --porcelain` prints it. */
  changes: readonly string[];
  /** Every file but the ignored ones, below the folder. */
  files: readonly string[];
}

export async function readSource(folder: string): Promise<Source> {
  const status = await git(folder, "status", "--porcelain", "--untracked-files=normal");
  const listed = await git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  // A file that was deleted but not committed so is listed too.
  const gone = new Set((await git(folder, "ls-files", "-z", "--deleted")).split("\0"));
  return {
    commit: (await git(folder, "rev-parse", "HEAD")).trim(),
    committedAt: new Date((await git(folder, "show", "--no-patch", "--format=%cI")).trim()),
    changes: status.split("\n").filter(Boolean),
    files: listed.split("\0").filter((file) => file && !gone.has(file)),
  };
}

export async function copyFiles(files: readonly string[], from: string, to: string): Promise<void> {
  await Promise.all(files.map((file) => Bun.write(join(to, file), Bun.file(join(from, file)))));
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const child = Bun.spawn(["git", ...args], { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) throw new Error(stderr.trim());
  return stdout;
}
