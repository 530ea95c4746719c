import type { Clock } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { withDeadline } from "../deadline.ts";

export type State = "ok" | "warning" | "failed" | "skipped";

/** What a check found, worded for a bug report; the remedy is a command or one thing to do. */
export interface Finding {
  state: State;
  said: string;
  remedy?: string;
}

/** One thing that can be wrong; may throw on an unforeseen failure. */
export interface Check {
  name: string;
  run(): Finding | Promise<Finding>;
}

export interface Result extends Finding {
  name: string;
}

export const ok = (said: string): Finding => ({ state: "ok", said });
export const skipped = (said: string): Finding => ({ state: "skipped", said });
export const warning = (said: string, remedy: string): Finding => ({ state: "warning", said, remedy });
export const failed = (said: string, remedy: string): Finding => ({ state: "failed", said, remedy });

const timeoutMs = 20_000;

/** Runs all at once, each with its own deadline; the results keep the order. */
export const runChecks = (checks: readonly Check[], clock: Clock): Promise<Result[]> =>
  Promise.all(checks.map(async ({ name, run }) => ({ name, ...(await attempt(run, clock)) })));

async function attempt(run: Check["run"], clock: Clock): Promise<Finding> {
  try {
    return await withDeadline(clock, timeoutMs, async () => run());
  } catch (error) {
    return failed(
      BridgeError.from(error).message,
      "run `aqbridge doctor` again; if it keeps failing, report it",
    );
  }
}
