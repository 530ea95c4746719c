import { expect } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../support/folder.ts";
import { type RunningProgram, run, start } from "../../support/program.ts";
import { binary } from "./installed.ts";
import { complaintsOf, describeRequests } from "./requests.ts";
import { accessToken, type Service, startService } from "./service.ts";

/** The release binary over the simulator, and a place for one client. */
export interface Bridge extends Pick<Service, "play" | "requests" | "openRequests"> {
  /** Without a path. */
  url: string;
  /** Of the client: empty but for what the bridge's own `setup` puts there. */
  home: string;
  /** The folder that the client works in. */
  project: string;
  /** Points a client here as its users do, in the client's own configuration. */
  setUp(client: string): Promise<void>;
}

/**
 * Lends a bridge to a test. In the end the service must have had nothing against any request, and the bridge must stop
 * as it should; when anything is wrong, the requests and the bridge's log are shown.
 */
export async function withBridge(test: (bridge: Bridge) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const service = startService();
  try {
    const places = await rooms(folder);
    const program = await startBinary(join(folder, "bridge"), service);
    const setUp = (client: string) => pointHere(client, program.url, places.home);
    await judge(program, service, () => test({ ...service, ...places, url: program.url, setUp }));
  } finally {
    await service.stop();
  }
}

async function judge(program: RunningProgram, service: Service, test: () => Promise<void>): Promise<void> {
  try {
    await test();
    expect(complaintsOf(service.requests())).toEqual([]);
    const { code, stderr } = await program.stop();
    expect({ code, strays: stderr.match(/stray failure.*/g) }).toEqual({ code: 0, strays: null });
  } catch (error) {
    const { stderr } = await program.stop("SIGKILL");
    process.stderr.write(`${describeRequests(service.requests())}\n${stderr}\n`);
    throw error;
  }
}

async function pointHere(client: string, url: string, home: string): Promise<void> {
  const command = [binary, "setup", client, "--write", `--port=${new URL(url).port}`];
  const done = await run(command, 10_000, { environment: { HOME: home } });
  expect(done).toMatchObject({ code: 0, stderr: "" });
}

async function rooms(folder: string): Promise<Pick<Bridge, "home" | "project">> {
  const paths = { home: join(folder, "home"), project: join(folder, "project") };
  for (const path of Object.values(paths)) await mkdir(path, { recursive: true });
  return paths;
}

async function startBinary(folder: string, { url }: Service): Promise<RunningProgram> {
  const login = { access_token: accessToken, expires_at: "2099-01-01T00:00:00Z" };
  await mkdir(folder);
  await writeFile(join(folder, "amazonq_credentials.json"), JSON.stringify(login), { mode: 0o600 });
  return start([binary, "--port=0", `--dir=${folder}`], {
    environment: { HOME: folder, AMAZONQ_ENDPOINT: url },
  });
}
