import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, parseJsonObject } from "../../../src/json.ts";
import { cpuMs, memory } from "../../bench/accounting.ts";
import { start } from "../../bench/program.ts";
import { firstLogin } from "../upstream/login.ts";

export interface BridgeOptions {
  /** Sections of config.json. */
  config?: Readonly<Record<string, JsonObject>>;
  /** Whether the access token that it starts with has expired. */
  isExpired?: boolean;
}

/** The release binary, running. */
export interface Bridge {
  pid: number;
  url: string;
  startUpMs: number;
  startUpCpuMs: number;
  residentMb(): number;
  /** The most that was ever resident. */
  peakMb(): number;
  /** CPU time used so far, in ms. */
  cpuMs(): number;
  descriptors(): number;
  /** The sum of a metric over all its labels. */
  metric(name: string): Promise<number>;
  /** Lines of its log with this event. */
  logged(event: string): readonly JsonObject[];
  /** SIGTERM; resolves when the process has ended. */
  terminate(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBridge(
  binary: string,
  upstreamUrl: string,
  { config = {}, isExpired = false }: BridgeOptions = {},
): Promise<Bridge> {
  const folder = mkdtempSync(join(tmpdir(), "aqbridge-soak-"));
  const logFile = join(folder, "bridge.log");
  const upstream = { endpoint: upstreamUrl, oidc_endpoint: upstreamUrl };
  const logging = { file: logFile, format: "json" };
  const login = { ...firstLogin, expires_at: isExpired ? "2001-01-01T00:00:00Z" : "2099-01-01T00:00:00Z" };
  await Bun.write(join(folder, "config.json"), JSON.stringify({ ...config, upstream, logging }));
  await Bun.write(join(folder, "amazonq_credentials.json"), JSON.stringify(login));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const program = await start([binary, "--port=0", `--dir=${folder}`], { HOME: folder }).catch((error) => {
    remove();
    throw error;
  });
  const { pid, url } = program;

  return {
    pid,
    url,
    startUpMs: program.startUpMs,
    startUpCpuMs: program.startUpCpuMs,
    residentMb: () => memory(pid).residentMb,
    peakMb: () => memory(pid).peakMb,
    cpuMs: () => cpuMs(pid),
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    metric: async (name) => sumOf(await (await fetch(`${url}/metrics`, { keepalive: false })).text(), name),
    logged: (event) =>
      readFileSync(logFile, "utf8")
        .split("\n")
        .filter((line) => line.includes(event))
        .map((line) => parseJsonObject(line) ?? {})
        .filter((line) => line["event"] === event),
    terminate: () => program.stop("SIGTERM"),
    async stop() {
      await program.stop();
      remove();
    },
  };
}

/** Of Prometheus' text form: every sample of one name, whatever its labels. */
export function sumOf(metrics: string, name: string): number {
  const samples = metrics.split("\n").filter((line) => /^\w+/.exec(line)?.[0] === name);
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
