import { expect, test } from "bun:test";
import { brief } from "../../src/http/brief.ts";
import { busyMs } from "../support/busy.ts";

test.each([
  ["a short name stays as it is", "claude-sonnet-4.5", "claude-sonnet-4.5"],
  ["an emoji is no control character", "mein 🦊-modell", "mein 🦊-modell"],
  ["a line break becomes a blank", "one\r\ntwo", "one two"],
  ["what drives a terminal becomes a blank", "\u001b[2Jgone\u009b0m", " [2Jgone 0m"],
  ["other ends of lines do too", "one\u2028two\u2029three\u0085four", "one two three four"],
  ["a hundred characters stay", "x".repeat(100), "x".repeat(100)],
  ["of more the first hundred stay", "x".repeat(101), `${"x".repeat(100)}…`],
  ["nothing stays nothing", "", ""],
])("%s", (_, given, shown) => {
  expect(brief(given)).toBe(shown);
});

test("a text of any length costs no more than its beginning", () => {
  const long = "\u009b".repeat(50_000_000);
  const startedAt = busyMs();
  expect(brief(long)).toBe(" …");
  expect(busyMs() - startedAt).toBeLessThan(100);
});
