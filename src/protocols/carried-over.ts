import type { Learnt } from "../turn/tokens/estimator.ts";
import { createResponseStore, type ResponseStore } from "./openai-responses/store.ts";
import { createPlaces, type Places } from "./places.ts";

/** What answers leave to those after them, whatever configuration these are given under. */
export interface CarriedOver {
  places: Places;
  learnt: Learnt;
  responses: ResponseStore;
}

/** Each response holds its conversation. Items are small, and who goes on by referring to them needs all of a conversation. */
const storeLimits = { responseBytes: 16 * 2 ** 20, itemBytes: 4 * 2 ** 20 };

export const createCarriedOver = (): CarriedOver => ({
  places: createPlaces(),
  learnt: new Map(),
  responses: createResponseStore(storeLimits),
});
