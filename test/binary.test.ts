import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import manifest from "../package.json" with { type: "json" };
import { atOnceMs, useRelease } from "./faults/support/release.ts";
import { temporaryFolder } from "./support/folder.ts";
import { type RunningProgram, start } from "./support/program.ts";

const { binary, run } = useRelease();
const demo = () => [binary(), "--demo", "--port", "0"];

const model = "claude-sonnet-4.5";
const messages = [{ role: "user" as const, content: "Hello" }];

describe("a running server", () => {
  let server: RunningProgram;
  beforeAll(async () => {
    server = await start(demo());
  }, 10_000);
  afterAll(() => server.stop("SIGKILL"));

  test("listens on 127.0.0.1 and says where", () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test("answers OpenAI's client, whole and as a stream", async () => {
    const { completions } = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 }).chat;
    const whole = await completions.create({ model, messages });
    expect(whole.choices[0]?.message.content).toMatch(/\w/);

    let streamed = "";
    for await (const chunk of await completions.create({ model, messages, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? "";
    }
    expect(streamed).toMatch(/\w/);
  });

  test("answers Anthropic's client, whole and as a stream", async () => {
    const client = new Anthropic({ baseURL: server.url, apiKey: "none", maxRetries: 0 });
    const whole = await client.messages.create({ model, messages, max_tokens: 1024 });
    expect(whole.content).toContainEqual(
      expect.objectContaining({ type: "text", text: expect.stringMatching(/\w/) }),
    );

    const streamed = await client.messages.stream({ model, messages, max_tokens: 1024 }).finalText();
    expect(streamed).toMatch(/\w/);
  });

  test("keeps its port to itself", async () => {
    const { port } = new URL(server.url);
    const second = await run(["--demo", "--port", port], atOnceMs);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    const [logged, said, ...more] = second.stderr.trimEnd().split("\n");
    expect(JSON.parse(logged ?? "")).toMatchObject({ event: "proc.listen", port: Number(port) });
    expect(said).toContain(port);
    expect(more).toEqual([]);
    expect((await fetch(`${server.url}/health`)).ok).toBe(true);
  });
});

const oneLine = /^[^\n]+\n$/;

test.each(["SIGTERM", "SIGINT"] as const)(
  "on %s the server ends well, having printed its address alone",
  async (signal) => {
    await using server = await start(demo());
    const { code, stdout } = await server.stop(signal);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `aqbridge listening on ${server.url}\n` });
  },
);

test.each([
  ["an unknown option", ["--prot", "8000"], "--port"],
  ["an unknown command", ["serv"], "serve"],
  ["a bad number", ["--port", "80x"], "--port"],
  ["an address that others can reach, without an API key", ["--host", "0.0.0.0"], "--host"],
  ["a CA bundle that is not there", ["--dir", "/nonexistent"], "AMAZONQ_CA_BUNDLE"],
])("%s ends it at once, with exit code 2 and one line that names it", async (_, flags, name) => {
  const environment = name === "AMAZONQ_CA_BUNDLE" ? { AMAZONQ_CA_BUNDLE: "/nonexistent/ca.pem" } : {};
  const ended = await run(["--demo", ...flags], atOnceMs, { environment });
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  const said = ended.stderr.replace(/^\{.*\n/gm, "");
  expect(said).toMatch(oneLine);
  expect(said).toContain(name);
});

test("--version prints the version", async () => {
  const stdout = expect.stringMatching(
    new RegExp(`^(aqbridge )?${manifest.version.replaceAll(".", "\\.")}\\n$`),
  );
  expect(await run(["--version"], atOnceMs)).toEqual({ code: 0, stdout, stderr: "" });
});

test("--help explains every command's usage", async () => {
  const stdout = expect.stringContaining("Usage: aqbridge");
  expect(await run(["--help"], atOnceMs)).toEqual({ code: 0, stdout, stderr: "" });
  expect(await run(["credentials", "--help"], atOnceMs)).toEqual({ code: 0, stdout, stderr: "" });
});

/** A folder that would change the program, or run code in it, if anything there were read. */
async function hostileFolder(): Promise<{ path: string; names: readonly string[] }> {
  const path = join(temporaryFolder(), "hostile");
  const marker = join(path, "marker");
  const code = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, ""); process.exit(66);`;
  const files = {
    ".env": "AQBRIDGE_HOST=0.0.0.0\nNODE_ENV=development\nBUN_OPTIONS=--preload=./evil.js\n",
    ".env.production": "AQBRIDGE_PORT=none\n",
    "bunfig.toml": 'preload = ["./evil.js"]\n',
    "evil.js": code,
    "package.json": '{ "version": "6.6.6", "main": "evil.js" ',
    "tsconfig.json": "not JSON",
    "config.json": '{ "server": { "host": "0.0.0.0" } }',
    "amazonq_credentials.json": "not JSON",
    "node_modules/elysia/index.js": code,
    "node_modules/file-type/index.js": code,
  };
  for (const [name, text] of Object.entries(files)) await Bun.write(join(path, name), text);
  return { path, names: Object.keys(files) };
}

test("row 98: nothing of the folder it is started in has any effect", async () => {
  const { path } = await hostileFolder();
  const before = readdirSync(path, { recursive: true });
  await using server = await start(demo(), { cwd: path });
  expect(server.url).toStartWith("http://127.0.0.1:");
  expect((await fetch(`${server.url}/health`)).ok).toBe(true);
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(readdirSync(path, { recursive: true })).toEqual(before);
});

test.skipIf(Bun.which("strace") === null)("row 98: none of it is even opened", async () => {
  const { path, names } = await hostileFolder();
  const trace = join(temporaryFolder(), "trace");
  const command = ["strace", "-f", "-e", "trace=open,openat,openat2,execve", "-o", trace, ...demo()];
  await using server = await start(command, { cwd: path, environment: { PATH: process.env["PATH"] ?? "" } });
  expect((await fetch(`${server.url}/health`)).ok).toBe(true);
  const calls = readFileSync(trace, "utf8");
  // The signal would end strace.
  process.kill(Number(/^\d+/.exec(calls)?.[0]), "SIGKILL");
  await server.stop();
  expect(calls).toContain(basename(binary()));
  const opened = [...calls.matchAll(/open\w*\((?:[^,"]+, )?"([^"]+)"/g)].map(([, name = ""]) => name);
  expect(opened.length).toBeGreaterThan(10);
  // A relative name counts wherever it starts from.
  const isHostile = (name: string) => names.some((each) => name === each || name === join(path, each));
  expect(opened.filter(isHostile)).toEqual([]);
});
