import type { Command } from "../upstream/main.ts";
import type { Stats } from "../upstream/service.ts";
import { type Companion, startCompanion } from "./companion.ts";

/** The upstream in a process of its own. */
export interface Upstream extends Companion {
  url: string;
  /** Resolves, once it is done, to the upstream's figures. */
  tell(command: Command): Promise<Stats>;
}

export async function startUpstream(): Promise<Upstream> {
  const started = Promise.withResolvers<string>();
  const waiting: ((stats: Stats) => void)[] = [];
  const companion = startCompanion("upstream/main.ts", [], (message: { url: string } | Stats) => {
    if ("url" in message) started.resolve(message.url);
    else waiting.shift()?.(message);
  });
  void companion.ended.then(() => started.reject(new Error("The upstream did not start.")));
  return {
    ...companion,
    url: await started.promise,
    tell: (command) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        companion.send(command);
      }),
  };
}
