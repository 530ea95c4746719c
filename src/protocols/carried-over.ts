import type { Learnt } from "../turn/tokens/estimator.ts";
import { createResponseStore, type ResponseStore } from "./openai-responses/store.ts";
import { createPlaces, type Places } from "./places.ts";

/** What outlives a change of the configuration, from one answer to the next. */
export interface CarriedOver {
  places: Places;
  learnt: Learnt;
  responses: ResponseStore;
}

/** Each response holds its whole conversation. Items are small, and clients that refer to them need all of a conversation's. */
const storeLimits = { responseBytes: 16 * 2 ** 20, itemBytes: 4 * 2 ** 20 };

export const createCarriedOver = (): CarriedOver => ({
  places: createPlaces(),
  learnt: new Map(),
  responses: createResponseStore(storeLimits),
});
