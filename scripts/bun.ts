import { resolve } from "node:path";

export const root = resolve(import.meta.dir, "..");

interface RunOptions {
  /** Added to this process's own environment. */
  environment?: Record<string, string>;
}

export interface RunResult {
  ok: boolean;
  /** Stdout, then stderr. */
  output: string;
}

/** Runs this very Bun, wherever it was started from, in the repository's folder. */
export async function bun(
  args: readonly string[],
  { environment = {} }: RunOptions = {},
): Promise<RunResult> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { ok: (await child.exited) === 0, output: stdout + stderr };
}

/** For a step that nothing can follow when it fails. */
export function orExit({ ok, output }: RunResult): void {
  if (ok) return;
  process.stderr.write(output);
  process.exit(1);
}

export const install = ["install", "--frozen-lockfile", "--ignore-scripts"] as const;
