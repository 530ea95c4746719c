import type { Clock } from "../clock.ts";
import { codeOf } from "../error-code.ts";
import type { Fetch } from "../http/fetch.ts";
import type { Log } from "../log.ts";

const minuteMs = 60_000;

/** The same fetch; logs, at most once a minute, that no descriptor was left to connect with. */
export function withFileAlarm(fetch: Fetch, { clock, log }: { clock: Clock; log: Log }): Fetch {
  let saidAt = Number.NEGATIVE_INFINITY;
  let suppressed = 0;

  const say = (code: string) => {
    if (clock.steady() - saidAt < minuteMs) return void suppressed++;
    log.error("proc.emfile", { code, suppressed });
    saidAt = clock.steady();
    suppressed = 0;
  };

  return (url, init) =>
    fetch(url, init).catch((error: unknown) => {
      const code = codeOf(error);
      // The process's own limit, or the whole system's.
      if (code === "EMFILE" || code === "ENFILE") say(code);
      throw error;
    });
}
