import { expect, test } from "bun:test";
import { joinedSignal } from "../../src/http/joined-signal.ts";

test.each([0, 1])("a joined signal aborts with source %d, with its reason, and only once", (index) => {
  const sources = [new AbortController(), new AbortController()];
  const { signal } = joinedSignal(...sources.map((source) => source.signal));
  let aborts = 0;
  signal.addEventListener("abort", () => aborts++);
  expect(signal.aborted).toBe(false);
  sources[index]?.abort(index);
  sources[1 - index]?.abort("later");
  expect({ aborts, reason: signal.reason }).toEqual({ aborts: 1, reason: index });
});

test("one that is aborted already aborts it from the start", () => {
  const { signal } = joinedSignal(new AbortController().signal, AbortSignal.abort("gone"));
  expect({ isAborted: signal.aborted, reason: signal.reason }).toEqual({ isAborted: true, reason: "gone" });
});

test("once released it follows its sources no longer, and none of them holds on to it", () => {
  const source = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = source.signal;
  source.signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(source.signal, given);
  };
  source.signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(source.signal, given);
  };
  const { signal, release } = joinedSignal(source.signal);
  expect(listeners).toBe(1);
  release();
  expect(listeners).toBe(0);
  source.abort();
  expect(signal.aborted).toBe(false);
});
