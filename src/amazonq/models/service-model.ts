import type { JsonObject } from "../../json.ts";
import type { Model } from "../../upstream.ts";

/** What the service tells about a model beyond what every upstream does. */
export interface ServiceModel extends Model {
  /** Undefined for models without prompt caching. */
  caching: { maxCheckpoints: number; minTokens: number } | undefined;
  /** JSON Schema of the `additionalModelRequestFields` that the model takes; undefined when it takes none. */
  fields: JsonObject | undefined;
}
