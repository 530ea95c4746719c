import { expect, test } from "bun:test";
import { runLine } from "../support/command-line.ts";

test("a key is all that goes to stdout: 32 random bytes in URL-safe base64, and no dash before them", async () => {
  const { code, out } = await runLine("key");
  expect(code).toBe(0);
  const [, encoded = ""] = /^aqb_([\w-]+)\n$/.exec(out) ?? [];
  expect(Buffer.from(encoded, "base64url")).toHaveLength(32);
});

test("no two are alike", async () => {
  const keys = await Promise.all(Array.from({ length: 100 }, async () => (await runLine("key")).out));
  expect(new Set(keys).size).toBe(keys.length);
});

test("how to use it is one sentence on stderr, without the key", async () => {
  const { out, err } = await runLine("key");
  expect(err).toMatch(/^[^\n]+\.\n$/);
  expect(err).toContain("AQBRIDGE_API_KEY");
  expect(err).toContain("server.api_key");
  expect(err).not.toContain(out.trim());
});

test("it is long enough for a server that others can reach, and may stand behind the flag", async () => {
  const { out } = await runLine("key");
  expect(await runLine("config --host 0.0.0.0")).toMatchObject({ code: 2 });
  expect(await runLine(`config --host 0.0.0.0 --api-key ${out.trim()}`)).toMatchObject({ code: 0, err: "" });
});
