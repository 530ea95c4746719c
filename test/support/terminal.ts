import { fileURLToPath } from "node:url";

export interface TerminalRun {
  /** Resolves once the terminal shows it; rejects when the program ends without it. */
  shows(pattern: RegExp): Promise<void>;
  /** Presses keys; Ctrl-C is `\x03`. */
  type(keys: string): void;
  ended: Promise<{ code: number; screen: string }>;
}

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Runs aqbridge at a pseudo-terminal of its own, with nothing of this process's environment. */
export function runAtTerminal(argv: readonly string[], environment: Record<string, string>): TerminalRun {
  let screen = "";
  let hasEnded = false;
  let hear = () => {};
  const decoder = new TextDecoder();
  const child = Bun.spawn([process.execPath, main, ...argv], {
    env: { TERM: "xterm", ...environment },
    // Made with the process: only so does Ctrl-C reach it.
    terminal: {
      cols: 80,
      rows: 24,
      data(_, bytes) {
        screen += decoder.decode(bytes, { stream: true });
        hear();
      },
    },
  });
  const ended = child.exited.then((code) => {
    hasEnded = true;
    hear();
    child.terminal?.close();
    return { code, screen };
  });
  return {
    ended,
    type: (keys) => child.terminal?.write(keys),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        hear = () => {
          if (pattern.test(screen)) resolve();
          else if (hasEnded) reject(new Error(`The program ended with this on the screen: ${screen}`));
        };
        hear();
      }),
  };
}
