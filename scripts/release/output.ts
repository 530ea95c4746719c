/** What a program prints to stdout; throws what it says on stderr when it fails. */
export async function outputOf(command: readonly string[], cwd: string, input = ""): Promise<string> {
  const child = Bun.spawn([...command], { cwd, stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) throw new Error(stderr.trim());
  return stdout;
}
