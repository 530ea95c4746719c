import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { open, optional } from "../../http/schema.ts";
import type { JsonObject } from "../../json.ts";
import { builtInModel, unlistedModel } from "./models.ts";
import type { ServiceModel } from "./service-model.ts";

const count = optional(Type.Number({ minimum: 0 }));

/** The used part of an entry of ListAvailableModels (contract 7.3). The id becomes a header of answers. */
const ListedModel = open({
  modelId: Type.String({ pattern: "^[a-zA-Z0-9_:.-]{1,100}$" }),
  modelName: optional(Type.String()),
  rateMultiplier: count,
  rateUnit: optional(Type.String()),
  supportedInputTypes: optional(Type.Array(Type.String())),
  tokenLimits: optional(open({ maxInputTokens: count, maxOutputTokens: count })),
  promptCaching: optional(
    open({
      supportsPromptCaching: optional(Type.Boolean()),
      maximumCacheCheckpointsPerRequest: count,
    }),
  ),
  additionalModelRequestFieldsSchema: optional(Type.Unsafe<JsonObject>(Type.Object({}))),
});
type ListedModel = Static<typeof ListedModel>;

export const ModelPage = open({
  models: Type.Array(Type.Unknown()),
  defaultModel: optional(Type.Unknown()),
  nextToken: optional(Type.String()),
});
export type ModelPage = Static<typeof ModelPage>;

/** The model that an entry describes, completed from what is known of it; undefined for a malformed entry. */
export function listedModel(entry: unknown): ServiceModel | undefined {
  if (!Value.Check(ListedModel, entry)) return undefined;
  const { modelId, modelName, supportedInputTypes: inputs, tokenLimits, promptCaching } = entry;
  const known = builtInModel(modelId) ?? unlistedModel(modelId);
  return {
    id: modelId,
    displayName: modelName || known.displayName,
    contextWindow: tokenLimits?.maxInputTokens || known.contextWindow,
    maxOutputTokens: tokenLimits?.maxOutputTokens || known.maxOutputTokens,
    acceptsImages: inputs?.includes("IMAGE") ?? known.acceptsImages,
    acceptsDocuments: inputs?.includes("DOCUMENT") ?? known.acceptsDocuments,
    maxCacheMarks: promptCaching ? cacheMarks(promptCaching) : known.maxCacheMarks,
    fields: entry.additionalModelRequestFieldsSchema ?? undefined,
    price: price(entry) ?? known.price,
    releasedAt: known.releasedAt,
  };
}

const cacheMarks = ({
  supportsPromptCaching,
  maximumCacheCheckpointsPerRequest: most,
}: NonNullable<ListedModel["promptCaching"]>): number => (supportsPromptCaching && most) || 0;

const price = ({ rateMultiplier, rateUnit }: ListedModel): ServiceModel["price"] =>
  typeof rateMultiplier === "number" ? { multiplier: rateMultiplier, unit: rateUnit || "Credit" } : undefined;
