import { describe } from "bun:test";
import { join } from "node:path";

/** Where `bun run test:clients` has put the clients, and the bridge beside them; without it these tests are skipped. */
const folder = process.env["AQBRIDGE_CLIENTS"];

export const describeClient = describe.skipIf(folder === undefined);

export const binary = inFolder("aqbridge");
export const installed = (path: string): string => inFolder("node_modules", path);

function inFolder(...path: readonly string[]): string {
  return join(folder ?? "", ...path);
}

/** As npm's names for platforms have it. */
export const platform = `${process.platform}-${process.arch}`;
