import { expect, test } from "bun:test";
import { bun } from "../../scripts/bun.ts";

test("the README's table of options is the one made from the options", async () => {
  expect(await bun(["scripts/readme.ts", "--check"])).toEqual({ ok: true, output: "" });
});
