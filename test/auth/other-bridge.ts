import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { bridgeOptions } from "./bridge-options.ts";

/** A bridge of its own: prints the token it gets. */
const source = openTokenSource(bridgeOptions(process.argv.slice(2)));
process.stdout.write((await source.get()).value);
