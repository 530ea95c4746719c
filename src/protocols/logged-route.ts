import { brief } from "../http/brief.ts";
import type { Arrival } from "./journal.ts";

/** Longer than any name in the address of an interface; what is longer may be somebody's key. */
const longSteps = /[^/]{33,}/g;

/** Where a request went, for the log: its route, or what there is to know again of a path without one. */
export const loggedRoute = ({ route, path }: Pick<Arrival, "route" | "path">): string =>
  route ?? brief(path.replace(longSteps, "…"));
