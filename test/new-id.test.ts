import { expect, test } from "bun:test";
import { newId } from "../src/new-id.ts";

test("ids are letters, so that no client reads a status in them, and never the same twice", () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids.filter((id) => !/^[a-p]{32}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
