import { writeSync } from "node:fs";
import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { bridgeOptions } from "./bridge-options.ts";

/** A bridge of its own: prints the token it gets, and ends once it is stored, whatever it would try again later. */
const source = openTokenSource(bridgeOptions(process.argv.slice(2)));
writeSync(1, (await source.get()).value);
await source.settled();
process.exit();
