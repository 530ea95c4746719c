import { createModelList } from "../amazonq/models/model-list.ts";
import { createRetryBucket } from "../amazonq/recovery/retry.ts";
import type { Surroundings } from "../base-folder.ts";
import type { Clock } from "../clock.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import type { Log } from "../log.ts";
import type { Host } from "../process/host.ts";
import { shutDown, shuttingDown } from "../process/shut-down.ts";
import { createVitals } from "../process/vitals.ts";
import { createCarriedOver } from "../protocols/carried-over.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { banner } from "./banner.ts";
import type { Context } from "./command.ts";
import { startApplication } from "./live-application.ts";
import { openDump } from "./open-dump.ts";
import { reloaded } from "./reload.ts";
import { openServerLog } from "./server-log.ts";
import { amazonService, type Service, type ServiceOptions } from "./service.ts";
import { requireUsableProxy } from "./usable-proxy.ts";

export interface ServeOptions extends LoadedConfig {
  surroundings: Surroundings;
  clock: Clock;
  newId: () => string;
  secrets: Secrets;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  fail: Context["fail"];
  /** Resolves when the process is asked to stop. */
  stopped: Promise<void>;
  /** Calls back whenever the process is asked to take up a changed configuration. */
  onReload: ((callback: () => void) => void) | undefined;
  /** The configuration as it is now; throws a UsageError. */
  reload: () => LoadedConfig;
  host: Host;
}

/** Exit code of a server that had better be started anew; EX_SOFTWARE of sysexits(3). */
const broken = 70;

/** Runs the server until it is asked to stop; resolves to the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const { config, host, clock, stdout, stderr } = options;
  requireUsableProxy(config, options.surroundings);
  const { mask } = options.secrets;
  const log = openServerLog({ config, host, now: clock.now, mask });
  const dump = openDump(config, clock, log, mask);
  const bucket = createRetryBucket();
  const figures = { droppedLogLines: log.dropped, retryTokens: bucket.level };
  const vitals = createVitals({ ...figures, host, clock, log, maxMemoryMb: config.maxMemoryMb });
  const onRefresh = vitals.metrics.refreshed;
  const service = await openService({ ...options, log, onRefresh });
  const modelList = createModelList({ ...service, profileArn: config.profileArn, clock, log });
  const closing = new AbortController();
  let isStopping = false;
  const refuse = (pendingBytes: number) => (isStopping ? shuttingDown : vitals.refuse(pendingBytes));

  for (const warning of startWarnings(options)) log.warn("config", { warning });
  if (!config.sslVerify) repeatHourly(clock, () => log.warn("config", { warning: unverified }));
  else if (options.surroundings.environment["NODE_TLS_REJECT_UNAUTHORIZED"] === "0")
    log.warn("sec.tls_env", { warning: verifiedAllTheSame });
  const lasting = {
    ...vitals,
    clock,
    newId: options.newId,
    service,
    modelList,
    bucket,
    dump,
    log,
    closing: closing.signal,
    refuse,
    addresses: host.addresses,
    carriedOver: createCarriedOver(),
  };
  const application = startApplication(config, lasting, host);
  if (typeof application === "string") {
    await service.stop();
    return options.fail(application);
  }
  const { listening } = application;
  stdout(`aqbridge listening on ${listening.url}\n`);
  // From here on what runs runs often: the binary starts with a compiler that holds back.
  Bun.unsafe.setJITPolicy(1);
  void modelList.refresh();
  stderr(await banner({ ...options, service, port: listening.port }));
  options.onReload?.(() => {
    const next = tryReload(application.config(), options.reload, log);
    log.follow(next ?? application.config());
    if (!next) return;
    application.change(next);
    log.info("config.reload");
  });

  const exitCode = await Promise.race([options.stopped.then(() => 0), vitals.isBroken.then(() => broken)]);
  isStopping = true;
  log.info("proc.drain", { open: vitals.metrics.requests.open() });
  const drainMs = config.drainTimeoutSeconds * 1000;
  await shutDown({ listening, closing, settled: service.stop, drainMs, clock });
  log.info("stop");
  return exitCode;
}

/** The simulator is loaded by those who want it. */
async function openService(options: ServiceOptions): Promise<Service> {
  if (!options.config.demo) return amazonService(options);
  const { demoService } = await import("./demo-service.ts");
  return demoService(options);
}

const unverified = "Certificates of Amazon's servers are not verified.";
const verifiedAllTheSame =
  "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: the certificates of Amazon's servers are verified. Unset it, for other programs obey it.";
const hourMs = 3_600_000;

/** So that a debugging aid left on is not forgotten. */
function repeatHourly(clock: Clock, say: () => void): void {
  clock.after(hourMs, () => {
    say();
    repeatHourly(clock, say);
  });
}

function startWarnings({ config: { sslVerify, debugDump }, warnings }: LoadedConfig): readonly string[] {
  const all = [...warnings];
  if (!sslVerify) all.push(unverified);
  if (debugDump !== undefined)
    all.push(`What is asked and answered is written to ${debugDump} (--debug-dump).`);
  return all;
}

/** What to go on with; undefined, and a line in the log, when the new configuration cannot be meant. */
function tryReload(running: Config, reload: () => LoadedConfig, log: Log): Config | undefined {
  try {
    const wanted = reload();
    const { config, waiting } = reloaded(running, wanted.config);
    for (const warning of wanted.warnings) log.warn("config", { warning });
    if (waiting.length > 0) log.warn("config.restart-needed", { options: waiting.join(" ") });
    return config;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log.error("config.reload", { error: error.message });
    return undefined;
  }
}
