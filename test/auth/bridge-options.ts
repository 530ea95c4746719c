import type { OpenOptions } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";

/** Of a bridge in a process of its own, whose arguments name its file, the CLI's and the login service. */
export const bridgeOptions = ([ownFile = "", cliDatabase = "", endpoint = ""]: readonly string[]) =>
  ({
    ownFile,
    cliDatabase,
    writesBack: true,
    oidc: {
      endpoint: () => endpoint,
      socialEndpoint: () => endpoint,
      fetch,
      userAgent: "aqbridge/test",
      timeoutMs: 15_000,
    },
    clock: systemClock,
    log: silentLog,
    marginSeconds: 300,
  }) satisfies OpenOptions;
