import type { Clock } from "../clock.ts";
import { type Door, doorOf } from "../http/doors.ts";
import type { Log } from "../log.ts";
import type { RequestObserver } from "./journal.ts";
import { loggedRoute } from "./logged-route.ts";

const minuteMs = 60_000;

/** Logs requests that a door kept out, once a minute for each door, so that persistent callers do not fill the log. */
export function refusalLog({ clock, log }: { clock: Clock; log: Log }): RequestObserver {
  const said = new Map<Door, { at: number; suppressed: number }>();

  return {
    arrived() {},
    began() {},
    ended({ requestId: rid, route, path, ending }) {
      const error = ending?.type === "error" ? ending.error : undefined;
      const door = error && doorOf(error);
      if (!door) return;
      const last = said.get(door);
      if (last && clock.steady() - last.at < minuteMs) return void last.suppressed++;
      said.set(door, { at: clock.steady(), suppressed: 0 });
      const cause = error.cause instanceof Error ? error.cause.message : undefined;
      log.warn(`sec.${door}`, {
        rid,
        route: loggedRoute({ route, path }),
        cause,
        suppressed: last?.suppressed ?? 0,
      });
    },
  };
}
