import type { Clock } from "../../clock.ts";
import { stampOf } from "../../files/file-stamp.ts";
import type { Log } from "../../log.ts";
import type { LoginStore, Reading } from "../login.ts";

/** A file changed this recently may change again without its times showing it. */
const settlingMs = 2_000;

/** The store, read again only when one of its files has changed; while it is busy, its last login holds. */
export function watchedStore(store: LoginStore, clock: Clock, log: Log): LoginStore {
  let last: Reading | undefined;
  let lastStamp: string | undefined;

  const read = async (): Promise<Reading> => {
    const stamps = store.files.map(stampOf);
    const stamp = stamps.map(({ text }) => text).join();
    if (last !== undefined && stamp === lastStamp) return last;
    const reading = await store.read();
    if (reading.state === "busy" && last?.state === "login") return last;
    if (summary(reading) !== summary(last)) report(store, reading, last === undefined, log);
    const settled = stamps.every(({ changedAt }) => clock.now() - changedAt > settlingMs);
    lastStamp = settled && reading.state !== "busy" ? stamp : undefined;
    last = reading;
    return reading;
  };
  return { ...store, read };
}

const summary = (reading: Reading | undefined): string | undefined =>
  reading?.state === "login" ? reading.state : reading?.reason;

function report({ source, path }: LoginStore, reading: Reading, isFirst: boolean, log: Log): void {
  const fields = { source, path };
  if (reading.state === "login") {
    log.info("login.found", fields);
    return;
  }
  const { state, reason } = reading;
  const isFault = state === "unusable" || state === "busy";
  // Most people have one client: that the others were never there is of no interest.
  const level = isFault ? "warn" : isFirst ? "debug" : "info";
  log[level](isFault ? `login.${state}` : "login.absent", { ...fields, reason });
}
