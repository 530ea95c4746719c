import { describe, expect, test } from "bun:test";
import { heldBytes, recentlyUsed } from "../../../src/protocols/openai-responses/recently-used.ts";

const text = (length: number) => "x".repeat(length);
/** Room for three texts of a hundred characters. */
const roomForThree = 3 * heldBytes(text(100));

describe("a store that is full", () => {
  const filled = () => {
    const store = recentlyUsed<string>(roomForThree);
    for (const id of ["a", "b", "c"]) store.put(id, text(100));
    return store;
  };
  const idsIn = (store: ReturnType<typeof filled>) =>
    ["a", "b", "c", "d"].filter((id) => store.get(id) !== undefined);

  test("gives up the value that was unused for longest", () => {
    const store = filled();
    store.get("a");
    store.put("d", text(100));
    expect(idsIn(store)).toEqual(["a", "c", "d"]);
  });

  test("gives up as many as a larger one needs room", () => {
    const store = filled();
    store.put("d", text(150));
    expect(idsIn(store)).toEqual(["c", "d"]);
  });

  test("holds none that is larger than itself, and loses nothing to it", () => {
    const store = filled();
    store.put("d", text(400));
    expect(idsIn(store)).toEqual(["a", "b", "c"]);
  });

  test("has room again when one is removed or put again smaller", () => {
    const store = filled();
    expect([store.remove("a"), store.remove("a")]).toEqual([true, false]);
    store.put("d", text(100));
    expect(idsIn(store)).toEqual(["b", "c", "d"]);
    store.put("b", "");
    store.put("a", text(50));
    expect(idsIn(store)).toEqual(["a", "b", "c", "d"]);
  });
});

test("bytes are counted even where values nest deeper than any stack", () => {
  let nested: unknown = "end";
  for (let depth = 0; depth < 100_000; depth++) nested = [nested];
  expect(heldBytes(nested)).toBeGreaterThan(100_000);
});
