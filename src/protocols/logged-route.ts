import { brief } from "../http/brief.ts";
import type { Arrival } from "./journal.ts";

/** Longer than any step of an API's path; it may be somebody's key. */
const longSteps = /[^/]{33,}/g;

/** Where a request went, for the log: its route, or as much of the path as tells it from others. */
export const loggedRoute = ({ route, path }: Pick<Arrival, "route" | "path">): string =>
  route ?? brief(path.replace(longSteps, "…"));
