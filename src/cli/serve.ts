import { createModelList } from "../amazonq/models/model-list.ts";
import { createRetryBucket } from "../amazonq/recovery/retry.ts";
import type { Clock } from "../clock.ts";
import type { LoadedConfig } from "../config/load.ts";
import { shutDown, shuttingDown } from "../process/shut-down.ts";
import { createVitals } from "../process/vitals.ts";
import { createCarriedOver } from "../protocols/carried-over.ts";
import { banner } from "./banner.ts";
import type { Context, Flags } from "./command.ts";
import { startApplication } from "./live-application.ts";
import { tryReload } from "./reload.ts";
import { openDump, openServerLog } from "./server-log.ts";
import { amazonService, type Service, type ServiceOptions } from "./service.ts";
import { requireUsableProxy } from "./usable-proxy.ts";

/** Exit code of a server that should be restarted; EX_SOFTWARE of sysexits(3). */
const broken = 70;

/** Runs the server until it is asked to stop; resolves to the exit code. */
export async function serve(settings: Flags, context: Context): Promise<number> {
  const { load, surroundings, host, clock, newId, stdout, stderr } = context;
  const loaded = load(settings);
  const { config } = loaded;
  const stopped = context.stopped();
  requireUsableProxy(config, surroundings);
  const log = openServerLog(config, context);
  const dump = openDump(config, context, log);
  const bucket = createRetryBucket();
  const figures = { droppedLogLines: log.dropped, retryTokens: bucket.level };
  const vitals = createVitals({ ...figures, host, clock, log, maxMemoryMb: config.maxMemoryMb });
  const service = await openService({ ...context, config, log, onRefresh: vitals.metrics.refreshed });
  const modelList = createModelList({ ...service, profileArn: config.profileArn, clock, log });
  const closing = new AbortController();
  let isStopping = false;
  const refuse = (pendingBytes: number) => (isStopping ? shuttingDown : vitals.refuse(pendingBytes));

  for (const warning of startWarnings(loaded)) log.warn("config", { warning });
  if (!config.sslVerify) repeatHourly(clock, () => log.warn("config", { warning: unverified }));
  else if (surroundings.environment["NODE_TLS_REJECT_UNAUTHORIZED"] === "0")
    log.warn("sec.tls_env", { warning: verifiedAllTheSame });
  const lasting = {
    ...vitals,
    clock,
    newId,
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
    return context.fail(application);
  }
  const { listening } = application;
  stdout(`aqbridge listening on ${listening.url}\n`);
  // From here on what runs runs often: the binary starts with a compiler that holds back.
  Bun.unsafe.setJITPolicy(1);
  void modelList.refresh();
  stderr(await banner({ ...context, ...loaded, service, port: listening.port }));
  context.onReload(() => {
    const next = tryReload(application.config(), () => load(settings), log);
    log.follow(next ?? application.config());
    if (!next) return;
    application.change(next);
    log.info("config.reload");
  });

  const exitCode = await Promise.race([stopped.then(() => 0), vitals.isBroken.then(() => broken)]);
  isStopping = true;
  log.info("proc.drain", { open: vitals.metrics.requests.open() });
  const drainMs = config.drainTimeoutSeconds * 1000;
  await shutDown({ listening, closing, settled: service.stop, drainMs, clock });
  log.info("stop");
  return exitCode;
}

/** The simulator is loaded only when it is used. */
async function openService(options: ServiceOptions): Promise<Service> {
  if (!options.config.demo) return amazonService(options);
  const { demoService } = await import("./demo-service.ts");
  return demoService(options);
}

const unverified = "Certificates of Amazon's servers are not verified.";
const verifiedAllTheSame =
  "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: the certificates of Amazon's servers are verified. Unset it, since other programs obey it.";
const hourMs = 3_600_000;

/** So that a debugging aid left on is not forgotten. */
function repeatHourly(clock: Clock, say: () => void): void {
  clock.after(hourMs, () => {
    say();
    repeatHourly(clock, say);
  });
}

const startWarnings = ({ config: { sslVerify, debugDump }, warnings }: LoadedConfig): readonly string[] => [
  ...warnings,
  ...(sslVerify ? [] : [unverified]),
  ...(debugDump === undefined ? [] : [`Requests and answers are written to ${debugDump} (--debug-dump).`]),
];
