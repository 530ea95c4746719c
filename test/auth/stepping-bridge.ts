import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { bridgeOptions } from "./bridge-options.ts";

/** A bridge of its own whose clock moves on by an hour at each line it reads; it answers with the token it then gets. */
let passed = 0;
const source = openTokenSource({
  ...bridgeOptions(process.argv.slice(2)),
  clock: {
    now: () => systemClock.now() + passed,
    steady: () => systemClock.steady() + passed,
    after: systemClock.after,
  },
});
process.stdout.write("ready\n");
for await (const _ of console) {
  passed += 3_600_000;
  process.stdout.write(`${(await source.get()).value}\n`);
}
