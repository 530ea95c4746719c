import { tmpdir } from "node:os";
import { watch } from "./taint.ts";

/** A run that has ended; `code` is null when it had to be killed. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningProgram {
  /** What the program printed as its address. */
  url: string;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Kills it, unless it has ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface Options {
  /** The folder it is started in. */
  cwd?: string;
  environment?: Record<string, string>;
}

function spawn(
  command: readonly string[],
  { cwd = tmpdir(), environment = {} }: Options,
  timeoutMs?: number,
) {
  return Bun.spawn([...command], {
    cwd,
    // Nothing of this process's environment, and a home where not even root can make a file.
    env: { HOME: "/dev/null/home", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: "SIGKILL" }),
  });
}

/** Runs a program that is to end by itself within `timeoutMs`. */
export async function run(
  command: readonly string[],
  timeoutMs: number,
  options: Options = {},
): Promise<Ended> {
  const child = spawn(command, options, timeoutMs);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  watch(`what ${command.join(" ")} says`, stdout + stderr);
  return { code: child.exitCode, stdout, stderr };
}

/** Starts a server and waits for the line that tells its address. */
export async function start(command: readonly string[], options: Options = {}): Promise<RunningProgram> {
  const child = spawn(command, options);
  const stderr = child.stderr.text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let stdout = "";
  const readOn = async (until: RegExp) => {
    while (!until.test(stdout)) {
      const { done, value } = await lines.read();
      if (done) return;
      stdout += value;
    }
  };

  await readOn(/\n/);
  const url = /listening on (http\S+)\n/.exec(stdout)?.[1];
  if (url === undefined) {
    child.kill("SIGKILL");
    throw new Error(`The program did not start: ${stdout}${await stderr}`);
  }
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    await readOn(/$^/);
    await child.exited;
    const ended = { code: child.exitCode, stdout, stderr: await stderr };
    watch(`what ${command.join(" ")} says`, stdout + ended.stderr);
    return ended;
  };
  return {
    url,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop("SIGKILL")),
  };
}
