import { writeSync } from "node:fs";
import { binaryPath, build } from "./build.ts";
import { bun, install, orExit, root } from "./bun.ts";
import { commandLine } from "./command-line.ts";

const { port } = commandLine({
  command: "bun run demo",
  summary: "Builds the bridge and answers from its simulator of Amazon Q.",
  options: {
    port: {
      type: "string",
      default: process.env["PORT"] ?? "8000",
      placeholder: "number",
      help: "Port to listen on; by default that of the variable PORT, else 8000.",
    },
  },
});
const stdout = 1;

const next = `
aqbridge with a built-in simulator of Amazon Q: no login, no network. Ctrl-C ends it.
In another terminal, stream an answer in either protocol:

  curl -N http://127.0.0.1:${port}/v1/chat/completions -H 'content-type: application/json' \\
    -d '{"model":"claude-sonnet-4.5","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

  curl -N http://127.0.0.1:${port}/v1/messages -H 'content-type: application/json' \\
    -d '{"model":"claude-sonnet-4.5","stream":true,"max_tokens":1024,"messages":[{"role":"user","content":"Hello"}]}'

`;

/** The binary takes this process's place, so that signals reach it and nothing else. */
async function become(command: [string, ...string[]]): Promise<void> {
  if (process.platform !== "win32" && process.execve) process.execve(command[0], command, process.env);
  process.exitCode = await Bun.spawn(command, { stdio: ["inherit", "inherit", "inherit"] }).exited;
}

writeSync(stdout, "Building…\n");
orExit(await bun(install));
orExit(await build(binaryPath));
writeSync(stdout, next);
// A folder of its own, so that the demo neither reads nor writes the user's files.
await become([binaryPath, "--demo", "--host=127.0.0.1", `--port=${port}`, `--dir=${root}/dist/demo`]);
