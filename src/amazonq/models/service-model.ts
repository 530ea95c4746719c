import type { JsonObject } from "../../json.ts";
import type { Model } from "../../upstream.ts";

/** What the service tells about a model beyond what every upstream does. */
export interface ServiceModel extends Model {
  /** Cache marks that a request may carry; 0 for a model without prompt caching. */
  maxCacheMarks: number;
  /** JSON Schema of the `additionalModelRequestFields` that the model takes; undefined when it takes none. */
  fields: JsonObject | undefined;
}
