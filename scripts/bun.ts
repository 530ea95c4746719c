import { resolve } from "node:path";

export const root = resolve(import.meta.dir, "..");

export interface RunResult {
  ok: boolean;
  /** Stdout, then stderr. */
  output: string;
}

/** Runs this very Bun in the repository's folder, with these variables besides this process's own. */
export async function bun(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
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

/** For a step without which nothing else makes sense. */
export function orExit({ ok, output }: RunResult): void {
  if (ok) return;
  process.stderr.write(output);
  process.exit(1);
}

export const install = ["install", "--frozen-lockfile", "--ignore-scripts"] as const;
