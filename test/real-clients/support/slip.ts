import { join } from "node:path";
import type { Bridge } from "./bridge.ts";

/** A slip in a file of the project, `wrld` in greeting.txt, for a client to mend; returns how the file reads by now. */
export async function plantSlip({ project }: Bridge): Promise<() => Promise<string>> {
  const path = join(project, "greeting.txt");
  await Bun.write(path, "Hello, wrld!\n");
  return () => Bun.file(path).text();
}

export const mended = "Hello, world!\n";
