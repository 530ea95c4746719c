import type { Ended } from "../../support/program.ts";
import type { Bridge } from "./bridge.ts";
import { binary } from "./installed.ts";

/** A client's program while it runs. */
export interface RunningClient {
  ended: Promise<Ended>;
  /** Resolves when its standard output has this in it; rejects when it ends without. */
  says(text: string): Promise<void>;
  kill(): void;
}

/** Nothing of this process's environment, and no way to anywhere but this machine. */
const surroundings = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HTTPS_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
};

/** The command in a shell that has done what `aqbridge env` says for a client. */
export const sourced = (client: string, { url }: Bridge, command: readonly string[]): string[] => [
  "sh",
  "-c",
  `eval "$("$0" env ${client} --port=${new URL(url).port})" && exec "$@"`,
  binary,
  ...command,
];

/** Starts a client in the bridge's project folder; it is killed when it takes longer than a client ever should. */
export function launch(
  command: readonly string[],
  { home, project }: Bridge,
  environment: Readonly<Record<string, string>> = {},
): RunningClient {
  const child = Bun.spawn([...command], {
    cwd: project,
    env: { ...surroundings, HOME: home, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 45_000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  const listeners = new Set<() => void>();
  const read = async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      stdout += piece;
      for (const listener of listeners) listener();
    }
  };
  const ended = Promise.all([read(), child.stderr.text(), child.exited]).then(
    ([, stderr]): Ended => ({ code: child.exitCode, stdout, stderr }),
  );

  return {
    ended,
    says(text) {
      const said = new Promise<void>((resolve) => {
        const look = () => stdout.includes(text) && resolve();
        listeners.add(look);
        look();
      });
      const neverSaid = ended.then((end) => {
        throw new Error(`The client ended without saying ${text}: ${JSON.stringify(end)}`);
      });
      return Promise.race([said, neverSaid]);
    },
    kill: () => child.kill("SIGKILL"),
  };
}
