import { BridgeError } from "../../errors.ts";
import { brief } from "../../http/brief.ts";
import type { Log } from "../../log.ts";
import type { ReasoningSetting } from "../../turn/conversation.ts";
import type { ModelList } from "./model-list.ts";
import { type ModelNames, markedReasoning, modelNames } from "./model-names.ts";
import { builtInModels, unlistedModel } from "./models.ts";
import type { ServiceModel } from "./service-model.ts";

export interface ModelChoiceOptions {
  modelList: ModelList;
  /** Answers for names that mean neither a model nor a version of a known family. */
  defaultModel: string;
  /** The user's own names for models. */
  modelAliases: Readonly<Record<string, string>>;
  /** Whether another model answers for an unknown name, or the request is refused. */
  unknownModels: "default" | "reject";
  log: Log;
}

/** Names to log, which come from clients and may be any number. */
const maxReported = 100;

export function createModelChoice(options: ModelChoiceOptions) {
  const { modelList, log } = options;
  const aliases = new Map(Object.entries(options.modelAliases).map(([name, id]) => [folded(name), id]));
  const reported = new Set<string>();

  let indexed: readonly ServiceModel[] = [];
  let index = modelNames(indexed);
  const listed = (): ModelNames => {
    const models = modelList.current();
    if (models !== indexed) index = modelNames(models);
    indexed = models;
    return index;
  };

  /** The user's word counts for models on no list: the service's offer differs by account and changes monthly. */
  const trusted = (id: string) => listed().find(id) ?? builtIn.find(id) ?? unlistedModel(id);

  const find = (name: string): ServiceModel | undefined => {
    const target = aliases.get(folded(name));
    return target === undefined ? listed().find(name) : trusted(target);
  };

  const report = (given: string, answering: ServiceModel) => {
    const name = brief(given);
    if (reported.size >= maxReported || reported.has(name)) return;
    reported.add(name);
    log.warn("model.unknown", { name, answering: answering.id });
  };

  return {
    find,
    /** What a name asks for besides a model. */
    reasoningIn(name: string): ReasoningSetting | undefined {
      const spelled = aliases.get(folded(name)) ?? name;
      const model = listed().find(spelled) ?? listed().nearest(spelled);
      return model && markedReasoning(spelled, model);
    },
    /** The model that answers for a name. Throws `model` when there is none. */
    modelFor(name: string): ServiceModel {
      const model = find(name);
      if (model) return model;
      if (options.unknownModels === "reject") throw unknownModel();
      const standIn = listed().nearest(name) ?? trusted(options.defaultModel);
      report(name, standIn);
      return standIn;
    },
  };
}

const builtIn = modelNames(builtInModels);

const folded = (name: string) => name.trim().toLowerCase();

const unknownModel = () => new BridgeError("model", "There is no such model; GET /v1/models lists them.");
