import type { Learnt } from "../turn/tokens/estimator.ts";
import { createResponseStore, type ResponseStore } from "./openai-responses/store.ts";
import { createPlaces, type Places } from "./places.ts";

/** What answers leave to those after them, whatever configuration these are given under. */
export interface CarriedOver {
  places: Places;
  learnt: Learnt;
  responses: ResponseStore;
}

/** Responses that clients can go on from; each holds its conversation in memory. */
const maxStoredResponses = 200;

export const createCarriedOver = (): CarriedOver => ({
  places: createPlaces(),
  learnt: new Map(),
  responses: createResponseStore(maxStoredResponses),
});
