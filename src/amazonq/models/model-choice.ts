import { BridgeError } from "../../errors.ts";
import { brief } from "../../http/brief.ts";
import type { Log } from "../../log.ts";
import type { ModelList } from "./model-list.ts";
import { findModel, nearestRelative } from "./model-names.ts";
import { builtInModels, unlistedModel } from "./models.ts";
import type { ServiceModel } from "./service-model.ts";

export interface ModelChoiceOptions {
  modelList: ModelList;
  /** Answers for names that mean no model, nor one of a family that there is. */
  defaultModel: string;
  /** The user's own names, each with the model that it stands for. */
  modelAliases: Readonly<Record<string, string>>;
  /** Whether another model answers for a name that means none, or nobody does. */
  unknownModels: "default" | "reject";
  log: Log;
}

export interface ModelChoice {
  /** The model that a name means; undefined when it means none. */
  find(name: string): ServiceModel | undefined;
  /** The model that answers for a name. Throws `model` when there is none. */
  modelFor(name: string): ServiceModel;
}

/** Names come from clients: so many different ones get a line in the log, and so many are remembered if they are no longer. */
const maxReported = 100;
const maxRemembered = 100;
const maxRememberedLength = 100;

export function createModelChoice(options: ModelChoiceOptions): ModelChoice {
  const { modelList, log } = options;
  const aliases = new Map(Object.entries(options.modelAliases).map(([name, id]) => [folded(name), id]));
  const reported = new Set<string>();

  /** The user's word goes for what no list knows: the service's offer differs by account and changes monthly. */
  const trusted = (id: string) =>
    findModel(id, modelList.current()) ?? findModel(id, builtInModels) ?? unlistedModel(id);

  /** Each name is looked up once in a list: a request asks several times, and clients ask with few names. */
  const remembering = (look: typeof findModel) => {
    let searched: readonly ServiceModel[] = [];
    const found = new Map<string, ServiceModel | undefined>();
    return (name: string) => {
      const models = modelList.current();
      if (name.length > maxRememberedLength) return look(name, models);
      if (models !== searched || found.size >= maxRemembered) found.clear();
      searched = models;
      if (!found.has(name)) found.set(name, look(name, models));
      return found.get(name);
    };
  };
  const listed = remembering(findModel);
  const relative = remembering(nearestRelative);

  const find = (name: string) => {
    const target = aliases.get(folded(name));
    return target === undefined ? listed(name) : trusted(target);
  };

  const report = (given: string, answering: ServiceModel) => {
    const name = brief(given);
    if (reported.size >= maxReported || reported.has(name)) return;
    reported.add(name);
    log.warn("model.unknown", { name, answering: answering.id });
  };

  return {
    find,
    modelFor(name) {
      const model = find(name);
      if (model) return model;
      if (options.unknownModels === "reject") throw unknownModel();
      const standIn = relative(name) ?? trusted(options.defaultModel);
      report(name, standIn);
      return standIn;
    },
  };
}

const folded = (name: string) => name.trim().toLowerCase();

const unknownModel = () => new BridgeError("model", "There is no such model; GET /v1/models lists them.");
