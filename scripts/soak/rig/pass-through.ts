import { join } from "node:path";
import { memory } from "../../bench/accounting.ts";
import { type Program, start } from "../../bench/program.ts";

/** The least that any bridge on this runtime costs. */
export interface PassThrough extends Program {
  residentMb(): number;
  peakMb(): number;
}

const script = join(import.meta.dir, "../../bench/pass-through.ts");

export async function startPassThrough(upstreamUrl: string): Promise<PassThrough> {
  const environment = { BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" };
  const program = await start([process.execPath, script, upstreamUrl], environment);
  return {
    ...program,
    residentMb: () => memory(program.pid).residentMb,
    peakMb: () => memory(program.pid).peakMb,
  };
}
