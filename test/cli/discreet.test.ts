import { expect, test } from "bun:test";
import { runLine } from "../support/command-line.ts";

test.each(["secret-canary", "s/cret-canary", "s@cret/canary?#x", "s:cret-canary"])(
  "a proxy's password %s is not repeated, escaped or not",
  async (password) => {
    const environment = { https_proxy: `http://ada:${password}@host:3128` };
    const { err } = await runLine(`--port ${password}`, { environment });
    expect(err).toMatch(/^aqbridge: --port must be /);
    expect(err).not.toContain(password);
  },
);
