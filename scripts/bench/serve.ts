import { writeSync } from "node:fs";

/** Serves on a free port of 127.0.0.1 and says where in the bridge's own words; then compiles as eagerly as the bridge does. */
export function serve(fetch: (request: Request) => Promise<Response>): void {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, development: false, idleTimeout: 0, fetch });
  process.on("SIGTERM", () => process.exit()); // so that a profile is written
  writeSync(1, `listening on http://127.0.0.1:${server.port}\n`);
  Bun.unsafe.setJITPolicy(1);
}
