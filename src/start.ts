import { raiseLimits } from "./process/raise-limits.ts";

/** The binary's beginning: a process that is about to start over loads nothing else. */
raiseLimits({ environment: process.env, arguments: process.argv.slice(2), platform: process.platform });
void import("./main.ts");
