import type { Config } from "../config/options.ts";
import { errorCode } from "../error-code.ts";
import { BridgeError } from "../errors.ts";
import { betweenAnswersSeconds } from "../http/idle.ts";
import { pathOf } from "../http/paths.ts";
import { type Listening, listen } from "../listen.ts";
import type { Log } from "../log.ts";
import type { Host } from "../process/host.ts";
import { streamsFetched, streamsWithin } from "../process/limits.ts";
import { failureResponse } from "../protocols/failure.ts";
import type { createApplication, Lasting } from "./application.ts";

/** An application that can be exchanged while its listener stays. */
export interface LiveApplication {
  listening: Listening;
  /** The configuration that it runs with. */
  config(): Config;
  /** Answers that have begun end in the application that began them. */
  change(config: Config): void;
}

type Application = ReturnType<typeof createApplication>;

/** Listens as configured, or says in a sentence why that cannot be. */
export function startApplication(
  config: Config,
  lasting: Lasting,
  limits: ProcessLimits,
): LiveApplication | string {
  const withinLimits = (wanted: Config): Config => ({
    ...wanted,
    maxStreams: streamsOf(wanted, limits, lasting.log),
  });
  let running = config;
  let effective = withinLimits(config);
  let app: Application | undefined;
  /** Not before the first request: the process listens 7 ms sooner, and one that nobody uses takes 3 MB less. */
  const load = async (): Promise<Application> => {
    const { createApplication } = await import("./application.ts");
    app ??= createApplication(effective, lasting);
    app.server = listening.server;
    return app;
  };
  const answer = async (request: Request): Promise<Response> => {
    try {
      return await (app ?? (await load())).fetch(request);
    } catch (error) {
      return unanswered(request, error, lasting);
    }
  };
  let listening: Listening;
  try {
    listening = listen({ ...config, idleSeconds: betweenAnswersSeconds, fetch: answer });
    return {
      listening,
      config: () => running,
      change(next) {
        running = next;
        effective = withinLimits(next);
        app = undefined;
      },
    };
  } catch (error) {
    return whyNot(error, config, lasting.log);
  }
}

type ProcessLimits = Pick<Host, "maxFiles" | "maxFetches">;

/** Answers that the process has room for, of those that are allowed; one more would wait unheard of. */
function streamsOf({ maxStreams }: Config, { maxFiles, maxFetches }: ProcessLimits, log: Log): number {
  const limits = [
    { event: "proc.files", limit: maxFiles, maxStreams: streamsWithin(maxFiles) },
    { event: "proc.fetches", limit: maxFetches, maxStreams: streamsFetched(maxFetches) },
  ];
  const tight = limits.filter((each) => each.maxStreams < maxStreams);
  for (const { event, ...fields } of tight) log.warn(event, fields);
  return Math.min(maxStreams, ...tight.map((each) => each.maxStreams));
}

/** For what not even the application has answered, as when it cannot be loaded since its files are being replaced. */
function unanswered(request: Request, thrown: unknown, { log, newId, service }: Lasting): Response {
  const requestId = `req_${newId()}`;
  const { name, stack } = thrown instanceof Error ? thrown : {};
  log.error("proc.unanswered", { rid: requestId, error: name, stack });
  const failure = new BridgeError("internal", "The bridge cannot answer; its log says why. Restart it.");
  const call = { path: pathOf(request), headers: request.headers, requestId, mask: service.mask };
  const response = failureResponse(failure, call);
  response.headers.set("x-request-id", requestId);
  return response;
}

function whyNot(error: unknown, { host, port }: Config, log: Log): string {
  const code = errorCode(error);
  log.error("proc.listen", { code, host, port });
  if (code !== "EADDRINUSE") return `cannot listen on ${host} port ${port} (${code})`;
  return `port ${port} is in use already (\`lsof -i :${port}\` shows the process); choose another with --port`;
}
