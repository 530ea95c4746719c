import { describe } from "bun:test";
import { join } from "node:path";

/** Where `bun run test:clients` has put the clients, and the bridge beside them; without it these tests are skipped. */
const folder = process.env["AQBRIDGE_CLIENTS"];
/** Where its `--all` has put those that few people have to wait for. */
const furtherFolder = process.env["AQBRIDGE_FURTHER_CLIENTS"];

export const describeClient = describe.skipIf(folder === undefined);
export const describeFurther = describe.skipIf(furtherFolder === undefined);

/** No package has it, only a script that downloads it; these tests run one that is there, named by this variable. */
export const crush = process.env["AQBRIDGE_CRUSH"] ?? "";
export const describeCrush = describe.skipIf(folder === undefined || crush === "");

export const binary = join(folder ?? "", "aqbridge");
export const installed = (path: string): string => join(folder ?? "", "node_modules", path);
export const installedFurther = (path: string): string => join(furtherFolder ?? "", "node_modules", path);

/** As npm's names for platforms have it. */
export const platform = `${process.platform}-${process.arch}`;

/** Node, for clients that want a newer one than systems come with; on one platform npm has it under a longer name. */
export function node(): string {
  const cwd = installedFurther("");
  const [path] = new Bun.Glob(`node-{bin-,}${platform}/bin/node`).scanSync({ cwd, absolute: true });
  if (path === undefined) throw new Error(`There is no node in ${cwd}.`);
  return path;
}
