import { createModelList } from "../amazonq/model-list.ts";
import { type Clock, sleep } from "../clock.ts";
import type { Surroundings } from "../config/folders.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { type Listening, type ListenOptions, listen } from "../listen.ts";
import { formatFor, type LogReader } from "../log/formats.ts";
import { createLog, followingLog, type Log } from "../log.ts";
import { createApplication } from "./application.ts";
import { banner } from "./banner.ts";
import { reloaded } from "./reload.ts";
import { amazonService, demoService } from "./service.ts";

export interface ServeOptions extends LoadedConfig {
  surroundings: Surroundings;
  clock: Clock;
  newId: () => string;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Resolves when the process is asked to stop. */
  stopped: Promise<void>;
  /** Calls back whenever the process is asked to take up a changed configuration. */
  onReload: ((callback: () => void) => void) | undefined;
  /** The configuration as it is now; throws a UsageError. */
  reload: () => LoadedConfig;
  /** Who reads the log when the configuration does not say. */
  logReader: LogReader;
}

/** Runs the server until it is asked to stop; resolves to the exit code. */
export async function serve({
  config,
  warnings,
  stopped,
  stdout,
  stderr,
  onReload,
  reload,
  logReader,
  ...given
}: ServeOptions): Promise<number> {
  const { clock, newId } = given;
  const logFor = ({ logEnabled, logLevel, maxLogLength }: Config) => {
    const level = logEnabled ? logLevel : "error";
    const format = formatFor("auto", logReader);
    return createLog({ level, maxLength: maxLogLength, write: stderr, now: clock.now, format });
  };
  let currentLog = logFor(config);
  const log = followingLog(() => currentLog);
  for (const warning of warnings) log.warn("config", { warning });
  if (!config.sslVerify) log.warn("tls", { warning: "certificates of Amazon's servers are not verified" });

  const service = (config.demo ? demoService : amazonService)({ ...given, config, log });
  const { profileArn } = config;
  const modelList = createModelList({ ...service, profileArn, clock, log });
  const applicationFor = (current: Config) =>
    createApplication(current, { service, modelList, clock, log, newId });
  let app = applicationFor(config);
  const listening = tryListen({
    ...config,
    idleSeconds: config.slowClientTimeoutSeconds,
    fetch: (request) => app.fetch(request),
  });
  if (typeof listening === "string") {
    stderr(`aqbridge: ${listening}\n`);
    await service.stop();
    return 1;
  }
  app.server = listening.server;
  void modelList.refresh();
  stdout(`aqbridge listening on ${listening.url}\n`);
  stderr(await banner(listening.url, config, service));

  let running = config;
  // Answers that have begun end in the application that began them.
  onReload?.(() => {
    const next = tryReload(running, reload, log);
    if (!next) return;
    running = next;
    currentLog = logFor(next);
    app = applicationFor(next);
    app.server = listening.server;
    log.info("config.reload");
  });

  await stopped;
  log.info("stop");
  await drain(listening, config, clock);
  await service.stop();
  return 0;
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

/** The listener, or a sentence that says why there is none. */
function tryListen(options: ListenOptions): Listening | string {
  const { host, port } = options;
  try {
    return listen(options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown reason";
    if (code === "EADDRINUSE") return `port ${port} is in use already; choose another with --port`;
    return `cannot listen on ${host} port ${port} (${code})`;
  }
}

/** Lets running answers finish, but not for ever. */
async function drain(listening: Listening, { drainTimeoutSeconds }: Config, clock: Clock): Promise<void> {
  await Promise.race([listening.drain(), sleep(clock, drainTimeoutSeconds * 1000)]);
  await listening.stop();
}
