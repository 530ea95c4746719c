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
  let hear = () => {};
  const decoder = new TextDecoder();
  const terminal = new Bun.Terminal({
    cols: 80,
    rows: 24,
    data(_, bytes) {
      screen += decoder.decode(bytes, { stream: true });
      hear();
    },
  });
  const child = Bun.spawn([process.execPath, main, ...argv], { env: { TERM: "xterm", ...environment }, terminal });
  const ended = child.exited.then((code) => {
    terminal.close();
    hear();
    return { code, screen };
  });
  return {
    ended,
    type: (keys) => terminal.write(keys),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        hear = () => {
          if (pattern.test(screen)) resolve();
          else if (terminal.closed) reject(new Error(`The program ended with this on the screen: ${screen}`));
        };
        hear();
      }),
  };
}
