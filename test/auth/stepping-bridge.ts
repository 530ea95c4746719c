import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";

/** A bridge of its own whose clock moves on by an hour at each line it reads; it answers with the token it then gets. */
const [ownFile = "", cliDatabase = "", endpoint = ""] = process.argv.slice(2);
let passed = 0;
const source = openTokenSource({
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
  clock: { now: () => Date.now() + passed, after: systemClock.after },
  steady: () => performance.now() + passed,
  log: silentLog,
  marginSeconds: 300,
});
process.stdout.write("ready\n");
for await (const _ of console) {
  passed += 3_600_000;
  process.stdout.write(`${(await source.get()).value}\n`);
}
