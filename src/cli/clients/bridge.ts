import { builtInModels } from "../../amazonq/models/models.ts";
import type { Surroundings } from "../../base-folder.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { UsageError } from "../../config/usage-error.ts";
import { clientUrl } from "../../http/addresses.ts";
import type { Model } from "../../upstream.ts";
import { envLine } from "../env-line.ts";

/** The bridge as a client must know it. */
export interface Bridge {
  /** Without a path. */
  url: string;
  apiKey: string | undefined;
  /** The model to start with. */
  model: string;
  /** Of that model, in tokens, where it is known. */
  contextWindow: number | undefined;
  /** The Claude models that were known when this program was built, and the one to start with. */
  models: readonly Model[];
  /** The line of the person's shell that sets a client's variables. */
  envLine(client: string): string;
}

/** Where the key is kept outside of every file, for clients that can be told to look there. */
export const keyVariable = "AQBRIDGE_API_KEY";

/** What to send as a key to a bridge that asks for none, since most clients insist on sending one. */
export const anyKey = "any";

/** Throws a UsageError for an address that is not known before the server starts. */
export function bridgeOf(loaded: LoadedConfig, surroundings: Surroundings): Bridge {
  const { host, port, apiKey, defaultModel } = loaded.config;
  if (port === 0) throw new UsageError("With port 0 the address is not known beforehand; choose a --port.");
  const model = builtInModels.find(({ id }) => id === defaultModel);
  return {
    url: clientUrl(host, port),
    apiKey,
    model: defaultModel,
    contextWindow: model?.contextWindow,
    models: builtInModels.filter(({ id }) => id.startsWith("claude-") || id === defaultModel),
    envLine: (client) => envLine({ ...loaded, port, surroundings }, client),
  };
}
