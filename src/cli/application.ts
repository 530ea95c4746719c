import type { ModelList } from "../amazonq/model-list.ts";
import { createAmazonQ } from "../amazonq/upstream.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/options.ts";
import type { Log } from "../log.ts";
import { createServer } from "../server.ts";
import { version } from "../version.ts";
import type { Service } from "./service.ts";

/** What outlives a change of the configuration. */
interface Lasting {
  service: Service;
  modelList: ModelList;
  clock: Clock;
  log: Log;
  newId: () => string;
}

/** All that answers requests under one configuration; a changed one is given to another application. */
export function createApplication(config: Config, { service, modelList, clock, log, newId }: Lasting) {
  const { profileArn, defaultModel, modelAliases, unknownModels } = config;
  const upstream = createAmazonQ({
    ...service,
    profileArn,
    modelList,
    defaultModel,
    modelAliases,
    unknownModels,
    clock,
    log,
    newId,
    patience: {
      firstEventMs: config.firstEventTimeoutSeconds * 1000,
      idleMs: config.streamIdleTimeoutSeconds * 1000,
    },
    maxEventBytes: config.bufferMaxSize,
    pieceBytes: config.streamChunkSize,
  });
  return createServer({ config, version, upstream, tokens: service.tokens, clock, log, newId });
}
