import { join } from "node:path";

/** A script of the soak in a process of its own. */
export interface Companion {
  pid: number;
  send(message: unknown): void;
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

export function startCompanion<Message>(
  script: string,
  args: readonly string[],
  onMessage: (message: Message) => void,
): Companion {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "..", script), ...args], {
    // The runtime's own ceiling would let no more than 256 ask at once.
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
    ipc: onMessage,
  });
  return {
    pid: child.pid,
    send: (message) => child.send(message),
    ended: child.exited,
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
