import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";

/** A bridge of its own: prints the token it gets from the stores and the login service that its arguments name. */
const [ownFile = "", cliDatabase = "", endpoint = ""] = process.argv.slice(2);
const oidc = {
  endpoint: () => endpoint,
  socialEndpoint: () => endpoint,
  fetch,
  userAgent: "aqbridge/test",
  timeoutMs: 15_000,
};
const source = openTokenSource({
  ownFile,
  cliDatabase,
  writesBack: true,
  oidc,
  clock: systemClock,
  log: silentLog,
  marginSeconds: 300,
});
process.stdout.write((await source.get()).value);
