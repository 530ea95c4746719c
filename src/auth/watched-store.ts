import { stat } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { errorCode } from "./durable-file.ts";
import type { LoginStore, Reading } from "./login.ts";

/** A file changed this recently may change again without its times showing it. */
const settlingMs = 2_000;

/** The store, read again only when one of its files has changed; while it is busy, what it last said holds. */
export function watchedStore(store: LoginStore, clock: Clock, log: Log): LoginStore {
  let last: Reading | undefined;
  let lastStamp: string | undefined;

  const read = async (): Promise<Reading> => {
    const stamps = await Promise.all(store.files.map(stampOf));
    const stamp = stamps.map(({ text }) => text).join();
    if (last !== undefined && stamp === lastStamp) return last;
    const reading = await store.read();
    if (reading.state === "busy" && last?.state === "login") return last;
    if (summary(reading) !== summary(last)) report(store, reading, log);
    const settled = stamps.every(({ changedAt }) => clock.now() - changedAt > settlingMs);
    lastStamp = settled && reading.state !== "busy" ? stamp : undefined;
    last = reading;
    return reading;
  };
  return { ...store, read };
}

async function stampOf(path: string): Promise<{ text: string; changedAt: number }> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(":"), changedAt: Number(ctimeMs) };
  } catch (error) {
    return { text: errorCode(error), changedAt: 0 };
  }
}

const summary = (reading: Reading | undefined): string | undefined =>
  reading?.state === "login" ? reading.state : reading?.reason;

function report({ source, path }: LoginStore, reading: Reading, log: Log): void {
  const fields = { source, path };
  if (reading.state === "login") log.info("login.found", fields);
  else if (reading.state === "signed-out") log.info("login.absent", { ...fields, reason: reading.reason });
  else log.warn(`login.${reading.state}`, { ...fields, reason: reading.reason });
}
