import { withConnectTimeout } from "../amazonq/connect-timeout.ts";
import type { ModelList } from "../amazonq/models/model-list.ts";
import type { RetryBucket } from "../amazonq/recovery/retry.ts";
import { createAmazonQ } from "../amazonq/upstream.ts";
import type { Config } from "../config/options.ts";
import { openConnection } from "../http/connection.ts";
import type { DumpFolder } from "../log/dump-folder.ts";
import { dumping } from "../log/dumping.ts";
import { createServer, type ServerDependencies } from "../server.ts";
import { version } from "../version.ts";
import type { Service } from "./service.ts";

/** What outlives a change of configuration. */
export interface Lasting
  extends Pick<
    Required<ServerDependencies>,
    "clock" | "log" | "newId" | "metrics" | "observers" | "closing" | "refuse" | "addresses" | "carriedOver"
  > {
  service: Service;
  modelList: ModelList;
  bucket: RetryBucket;
  /** Where requests and answers are written down. */
  dump: DumpFolder | undefined;
}

/** Everything that answers requests under one configuration; a changed one gets a new application. */
export function createApplication(config: Config, { service, dump, ...lasting }: Lasting) {
  const { profileArn, defaultModel, modelAliases, unknownModels } = config;
  const upstream = createAmazonQ({
    ...service,
    ...lasting,
    fetch: withConnectTimeout(service.fetch, {
      clock: lasting.clock,
      timeoutMs: config.connectTimeoutSeconds * 1000,
      open: openConnection,
      proxyOf: service.proxyOf,
    }),
    profileArn,
    defaultModel,
    modelAliases,
    unknownModels,
    patience: {
      firstEventMs: config.firstEventTimeoutSeconds * 1000,
      idleMs: config.streamIdleTimeoutSeconds * 1000,
    },
    maxEventBytes: config.bufferMaxSize,
    pieceBytes: config.streamChunkSize,
  });
  return createServer({
    ...lasting,
    config,
    mask: service.mask,
    version,
    upstream: dump ? dumping(upstream, dump) : upstream,
    tokens: service.tokens,
  });
}
