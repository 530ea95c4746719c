import { writeSync } from "node:fs";
import { Elysia } from "elysia";

/** Reference: what the framework and the runtime take before there is anything to serve. */
new Elysia().listen({ hostname: "127.0.0.1", port: 0 }, ({ url }) => {
  writeSync(1, `listening on ${url.origin}\n`);
  Bun.unsafe.setJITPolicy(1);
});
