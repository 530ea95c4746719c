import { createAmazonQ } from "../amazonq/upstream.ts";
import { type Clock, sleep } from "../clock.ts";
import type { Surroundings } from "../config/folders.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/options.ts";
import { type Listening, type ListenOptions, listen } from "../listen.ts";
import { createLog } from "../log.ts";
import { createServer } from "../server.ts";
import { version } from "../version.ts";
import { banner } from "./banner.ts";
import { amazonService, demoService } from "./service.ts";

export interface ServeOptions extends LoadedConfig {
  surroundings: Surroundings;
  clock: Clock;
  newId: () => string;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Resolves when the process is asked to stop. */
  stopped: Promise<void>;
}

/** Runs the server until it is asked to stop; resolves to the exit code. */
export async function serve({
  config,
  warnings,
  stopped,
  stdout,
  stderr,
  ...given
}: ServeOptions): Promise<number> {
  const { clock, newId } = given;
  const log = createLog({
    level: config.logEnabled ? config.logLevel : "error",
    maxLength: config.maxLogLength,
    write: stderr,
    now: clock.now,
  });
  for (const warning of warnings) log.warn("config", { warning });
  if (!config.sslVerify) log.warn("tls", { warning: "certificates of Amazon's servers are not verified" });

  const service = (config.demo ? demoService : amazonService)({ ...given, config, log });
  const upstream = createAmazonQ({
    ...service,
    clock,
    profileArn: config.profileArn,
    defaultModel: config.defaultModel,
    patience: {
      firstEventMs: config.firstEventTimeoutSeconds * 1000,
      idleMs: config.streamIdleTimeoutSeconds * 1000,
    },
    maxEventBytes: config.bufferMaxSize,
    pieceBytes: config.streamChunkSize,
  });
  const app = createServer({ config, version, upstream, tokens: service.tokens, clock, log, newId });
  const listening = tryListen({ ...config, idleSeconds: config.slowClientTimeoutSeconds, fetch: app.fetch });
  if (typeof listening === "string") {
    stderr(`aqbridge: ${listening}\n`);
    await service.stop();
    return 1;
  }
  app.server = listening.server;
  stdout(`aqbridge listening on ${listening.url}\n`);
  stderr(await banner(listening.url, config, service));

  await stopped;
  log.info("stop");
  await drain(listening, config, clock);
  await service.stop();
  return 0;
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
