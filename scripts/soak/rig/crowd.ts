import type { LoadOptions, LoadResult, Progress } from "../crowd/load.ts";
import type { Report } from "../crowd/main.ts";
import { type Companion, startCompanion } from "./companion.ts";

/** A crowd of clients in a process of its own. */
export interface Crowd extends Companion {
  /** As it was a tenth of a second ago. */
  progress(): Progress;
  result: Promise<LoadResult>;
}

export function sendCrowd(options: LoadOptions): Crowd {
  const { promise: result, resolve, reject } = Promise.withResolvers<LoadResult>();
  let progress: Progress = { requests: 0, frames: 0, open: 0 };
  const companion = startCompanion("crowd/main.ts", [JSON.stringify(options)], (report: Report) => {
    if ("progress" in report) progress = report.progress;
    else resolve(report.result);
  });
  void companion.ended.then(() => reject(new Error("The clients have ended without a result.")));
  // Who has sent them away waits for none.
  result.catch(() => {});
  return { ...companion, progress: () => progress, result };
}
