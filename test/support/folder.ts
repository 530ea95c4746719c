import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder for a test; it is there until the whole run is over, however that goes. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), `aqbridge-test-${process.pid}-`));

/** This run's, and those of runs that were killed, or ended by `--bail`, before they came to it. */
export function removeFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^aqbridge-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 10 });
    } catch (error) {
      // Another user's folders are not this one's to remove.
      if (Number(pid) === process.pid) throw error;
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
