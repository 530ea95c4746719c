import { afterAll, afterEach } from "bun:test";
import { leaks } from "./taint.ts";

function expectNoLeak(): void {
  const found = leaks.splice(0);
  if (found.length > 0) throw new Error(`${found.length} leaks, the first of which is ${found[0]}`);
}

/** After each test of whatever file: bunfig.toml names this one. */
afterEach(expectNoLeak);
afterAll(expectNoLeak);
