import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../../errors.ts";
import { type ReadingOptions, readOperation } from "../operation.ts";
import { listedModel, ModelPage } from "./listed-model.ts";
import type { ServiceModel } from "./service-model.ts";

const maxPages = 10;

/** ListAvailableModels (contract 7.3): at least one model, the service's own choice first. Malformed entries are left out. */
export async function listAvailableModels(
  options: ReadingOptions,
  signal: AbortSignal,
): Promise<readonly ServiceModel[]> {
  const models = new Map<string, ServiceModel>();
  let nextToken: string | null | undefined;
  let pages = 0;
  do {
    const page = await readPage(options, nextToken, signal);
    for (const entry of [page.defaultModel, ...page.models]) {
      const model = listedModel(entry);
      if (model) models.set(model.id, model);
    }
    nextToken = page.nextToken;
    pages++;
  } while (nextToken && pages < maxPages);
  if (models.size === 0) throw notAList;
  return [...models.values()];
}

async function readPage(
  options: ReadingOptions,
  nextToken: string | null | undefined,
  signal: AbortSignal,
): Promise<ModelPage> {
  const parameters = nextToken ? { nextToken } : {};
  const page = await readOperation("ListAvailableModels", parameters, options, signal);
  if (Value.Check(ModelPage, page)) return page;
  throw notAList;
}

const notAList = new BridgeError(
  "protocol",
  "Amazon Q's answer to ListAvailableModels is not a list of models.",
);
