import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, parseJsonObject } from "../../../src/json.ts";
import { type ListeningSimulator, startSimulator } from "../../../src/simulator/listen.ts";
import type { SimulatorOptions } from "../../../src/simulator/simulator.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { canary, watch } from "../../support/taint.ts";
import { rememberProgram } from "./program-base.ts";

export interface ProgramOptions {
  /** Before the program, such as a shell that lowers limits and then executes it. */
  prefix?: readonly string[];
  flags?: readonly string[];
  /** The members of config.json. */
  config?: JsonObject;
  environment?: Readonly<Record<string, string>>;
  /** Descriptors in the place of nothing and of a pipe that is read. */
  stdout?: number;
  stderr?: number;
  cwd?: string;
  /** That it can be reached at; 127.0.0.1 unless given. */
  host?: string;
}

export interface Program {
  pid: number;
  url: string;
  /** Holds config.json and the login. */
  folder: string;
  /** What stderr has said so far. */
  stderr(): string;
  /** The log's lines of one event so far. */
  logged(event: string): JsonObject[];
  signal(signal: NodeJS.Signals): void;
  /** The exit code, or the name of the signal that ended it; by then all that it said was heard. */
  ended: Promise<number | NodeJS.Signals>;
  /** It is as it was when it had started, and serves the next request; or it has ended, and nothing is left of it. */
  expectBase(): Promise<void>;
}

/** Starts the binary on a free port and waits until it answers. */
export const startProgram = (binary: string, options: ProgramOptions = {}): Promise<Program> =>
  startOnce(binary, options).catch((error: Error) => {
    // Somebody else has taken the port meanwhile.
    if (error.message.includes("EADDRINUSE")) return startOnce(binary, options);
    throw error;
  });

async function startOnce(binary: string, options: ProgramOptions): Promise<Program> {
  const { prefix = [], flags = [], config = {}, environment = {}, cwd = tmpdir(), stdout, stderr } = options;
  const { host = "127.0.0.1" } = options;
  const folder = temporaryFolder();
  await Bun.write(join(folder, "config.json"), JSON.stringify(config));
  const port = freePort();
  const child = Bun.spawn([...prefix, binary, `--dir=${folder}`, `--port=${port}`, ...flags], {
    cwd,
    env: { HOME: folder, PATH: "/usr/bin:/bin", ...environment },
    stdin: "ignore",
    stdout: stdout ?? "ignore",
    stderr: stderr ?? "pipe",
  });
  let said = "";
  const listen = async () => {
    if (!(child.stderr instanceof ReadableStream)) return;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
  };
  const heard = listen();
  const url = `http://${host}:${port}`;
  let expectBase = async () => {};
  const program: Program = {
    pid: child.pid,
    url,
    folder,
    stderr: () => said,
    logged: (event) => eventsIn(said, event),
    signal: (signal) => child.kill(signal),
    ended: Promise.all([child.exited, heard]).then(() => child.signalCode ?? child.exitCode ?? 0),
    expectBase: () => expectBase(),
  };
  started.push(program);
  watch("a command line", textOf(`/proc/${child.pid}/cmdline`));
  await until(`an answer of ${url}, which says: ${said}`, async () => {
    if (child.exitCode !== null) throw new Error(`The program has ended: ${said}`);
    return fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  expectBase = rememberProgram({
    pid: child.pid,
    url,
    folder,
    ending: () => child.signalCode ?? child.exitCode,
    apiKey: environment["AQBRIDGE_API_KEY"],
    service: services.get(environment["AMAZONQ_ENDPOINT"] ?? ""),
    isLoggedIn: environment["KIRO_API_KEY"] === apiKey,
  });
  return program;
}

export const eventsIn = (lines: string, event: string): JsonObject[] =>
  lines
    .split("\n")
    .map((line) => parseJsonObject(line))
    .filter((line) => line !== undefined)
    .filter((line) => line["event"] === event);

const started: Program[] = [];
/** By their addresses. */
const services = new Map<string, ListeningSimulator>();

/** Ends whatever a test has left running, and fails when anything of that was not at its base. */
export async function stopPrograms(): Promise<void> {
  const failures: unknown[] = [];
  for (const program of started.splice(0)) {
    await program.expectBase().catch((error: unknown) => failures.push(error));
    program.signal("SIGCONT");
    program.signal("SIGKILL");
    await program.ended;
    const names = readdirSync(program.folder, { recursive: true });
    watch("stderr, or the name of a file", [program.stderr(), ...names].join("\n"));
  }
  if (failures.length > 0) throw failures[0];
}

export function freePort(): number {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port = 0 } = server;
  void server.stop(true);
  return port;
}

export const apiKey = canary("ksk_");

/** A service for the program, and how the program is told of it. */
export function startService(options: SimulatorOptions = {}) {
  const service = startSimulator({ accessTokens: [apiKey], keepRequests: 10_000, level: "off", ...options });
  const environment = { AMAZONQ_ENDPOINT: service.url, KIRO_API_KEY: apiKey };
  services.set(service.url, service);
  return { ...service, environment };
}

/** Waits in real time, for what another process does. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await Bun.sleep(5);
  }
}

/** Descriptors that a process has open. */
export const countDescriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** One figure of `/metrics`, with its labels as they are written. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? Number.NaN);
}

export const textOf = (path: string): string => readFileSync(path, "utf8");
