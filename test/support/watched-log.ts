import type { Clock } from "../../src/clock.ts";
import type { Config } from "../../src/config/options.ts";
import { createLog } from "../../src/log.ts";
import type { Secrets } from "../../src/secrets/secrets.ts";
import { watch } from "./taint.ts";

/** A log of everything whose lines are kept, and watched for what no log may hold. */
export function watchedLog({ maxLogLength }: Config, { mask }: Pick<Secrets, "mask">, { now }: Clock) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(watch("the log", line));
  return { log: createLog({ level: "debug", maxLength: maxLogLength, mask, write, now }), lines };
}
