import type { JsonObject } from "../../json.ts";
import type { Model } from "../../upstream.ts";

/** What the service tells of a model beyond what every upstream does. */
export interface ServiceModel extends Model {
  /** Undefined for models that keep nothing in the service's cache. */
  caching: { maxCheckpoints: number; minTokens: number } | undefined;
  /** JSON Schema of the `additionalModelRequestFields` that the model takes; undefined when it takes none. */
  fields: JsonObject | undefined;
}
