import { cpuMs } from "./accounting.ts";

export interface Program {
  pid: number;
  url: string;
  /** From exec until it said that it accepts connections. */
  startUpMs: number;
  startUpCpuMs: number;
  /** At once, or as the signal has it. */
  stop(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** Starts a server in an environment of its own and waits for the line that tells its address. It does not outlive this process. */
export async function start(
  command: readonly string[],
  environment: Record<string, string>,
): Promise<Program> {
  const startedAt = performance.now();
  const child = Bun.spawn([...command], {
    env: environment,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const url = await announcedUrl(child.stdout);
  const startUpMs = performance.now() - startedAt;
  if (url === undefined) throw new Error(`This did not start: ${command.join(" ")}`);
  return {
    pid: child.pid,
    url,
    startUpMs,
    startUpCpuMs: cpuMs(child.pid),
    async stop(signal = "SIGKILL") {
      child.kill(signal);
      await child.exited;
      process.off("exit", kill);
    },
  };
}

async function announcedUrl(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | undefined> {
  let text = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const url = /listening on (http\S+)\n/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}
