import type { Bridge } from "../../support/bridge.ts";

/** How many connections may be kept for the next requests, by the port that they lead to. */
export type KeptConnections = ReadonlyMap<number, number>;

/** As many as the runtime keeps to one address, whoever asked there. */
export const mostKept = 64;

export const keptFor = (url: string, count: number): KeptConnections =>
  new Map([[Number(new URL(url).port), count]]);

/** To the simulator, or to what takes its place: as many as there ever were requests under way together. */
export function keptBy({ url, simulator, log }: Bridge, endpoint: string | undefined): KeptConnections {
  const host = simulator.requests.at(-1)?.headers["host"];
  const asked = endpoint ?? (host === undefined ? url : `http://${host}`);
  return keptFor(asked, Math.min(mostAtOnce(log), mostKept));
}

/** By the log of requests to models; of no more than one unless it tells of others. */
function mostAtOnce(log: readonly string[]): number {
  const open = new Set<string>();
  let most = 1;
  for (const line of log) {
    const [, event, rid = ""] = / req\.(begin|end) rid=(\S+) /.exec(line) ?? [];
    if (event === "begin") open.add(rid);
    if (event === "end") open.delete(rid);
    most = Math.max(most, open.size);
  }
  return most;
}
