import { describe, expect, test } from "bun:test";
import type { BuiltRequest } from "../../../src/amazonq/request/build.ts";
import { png } from "../../support/images.ts";
import {
  assistant,
  assistantMessages,
  build,
  call,
  current,
  errorResult,
  image,
  result,
  spoken,
  system,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const missing = "(the tool call was interrupted; there is no result)";

/** Results as `id status text` for each message of the user. */
const results = (request: BuiltRequest) =>
  userMessages(request).map((message) =>
    (message.userInputMessageContext?.toolResults ?? []).map(
      ({ toolUseId, status, content }) =>
        `${toolUseId} ${status} ${content.map((block) => block.text).join("|")}`,
    ),
  );
const callIds = (request: BuiltRequest) =>
  assistantMessages(request).map(({ toolUses = [] }) => toolUses.map((use) => use.toolUseId));

describe("calls and results", () => {
  test("R39, R43: results are matched by id and stand in the order of the calls", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("2"), call("3")),
      user(result("3", "c")),
      user(errorResult("1", "a")),
      system("Now."),
      user(result("2", "b")),
    ]);
    expect(results(request).at(-1)).toEqual(["1 error a", "2 success b", "3 success c"]);
    expect(violations(request, "official")).toEqual([]);
  });

  test("R36: illegal and over-long ids change, the same on both sides", () => {
    const long = "x".repeat(80);
    const request = build([
      user("a"),
      assistant(call("a.b"), call("a/b"), call(long), call("")),
      user(result(long, "3"), result("", "4"), result("a/b", "2"), result("a.b", "1")),
    ]);
    const ids = callIds(request)[0] ?? [];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(results(request).at(-1)).toEqual(ids.map((id, index) => `${id} success ${index + 1}`));
  });

  test("R36: a legal id stays as it is", () => {
    const request = build([user("a"), assistant(call("toolu_01-X")), user(result("toolu_01-X", "r"))]);
    expect(callIds(request)).toEqual([["toolu_01-X"]]);
  });

  test("R38: calls that share an id each take one result", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("1")),
      user(result("1", "first"), result("1", "second")),
    ]);
    const ids = callIds(request)[0] ?? [];
    expect(new Set(ids).size).toBe(2);
    expect(results(request).at(-1)).toEqual([`${ids[0]} success first`, `${ids[1]} success second`]);
  });

  test("R38: further results of one call are joined, and the last says whether it failed", () => {
    const request = build([
      user("a"),
      assistant(call("1")),
      user(result("1", "first"), errorResult("1", "then")),
    ]);
    expect(results(request).at(-1)).toEqual(["1 error first\n\nthen"]);
  });

  test("R38: an id used again in a later turn is another id, the earlier one unchanged", () => {
    const request = build([
      user("a"),
      assistant(call("1")),
      user(result("1", "first")),
      assistant(call("1")),
      user(result("1", "second")),
    ]);
    const [[first], [second]] = callIds(request) as [string[], string[]];
    expect(first).toBe("1");
    expect(second).not.toBe("1");
    expect(results(request)).toEqual([[], ["1 success first"], [`${second} success second`]]);
  });

  test("R39: a result without a call becomes text where it stands, its images the message's", () => {
    const request = build([
      user(result("gone", "old", image(png(1, 1)))),
      assistant("b"),
      user("before", errorResult("never", "bad"), "after"),
    ]);
    expect(spoken(request)).toEqual([
      "user: [Result from an earlier tool call, gone]\n\nold",
      "assistant: b",
      "user: before\n\n[Error from an earlier tool call, never]\n\nbad\n\nafter",
    ]);
    expect(userMessages(request)[0]?.images).toHaveLength(1);
    expect(violations(request)).toEqual([]);
  });

  test("R40: a call without a result in the next message gets an error result", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("2")),
      user("Never mind."),
      assistant("b"),
      user(result("2", "late")),
    ]);
    expect(results(request)[1]).toEqual([`1 error ${missing}`, `2 error ${missing}`]);
    expect(current(request).content).toBe("[Result from an earlier tool call, 2]\n\nlate");
    expect(violations(request)).toEqual([]);
  });

  test("R11, R40: calls at the very end are answered by error results", () => {
    const request = build([user("a"), assistant("b", call("1"))]);
    expect(results(request).at(-1)).toEqual([`1 error ${missing}`]);
    expect(violations(request)).toEqual([]);
  });

  test("R41: an empty result says so", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("2")),
      user(result("1"), result("2", " ", "")),
    ]);
    expect(results(request).at(-1)).toEqual(["1 success (no output)", "2 success (no output)"]);
  });

  test("R42: images of results go to the message, in the order of the results", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("2")),
      user(result("2", image(png(2, 2))), result("1", "see", image(png(1, 1))), image(png(3, 3))),
    ]);
    expect(results(request).at(-1)).toEqual([
      "1 success see\n\n(image attached to this message)",
      "2 success (image attached to this message)",
    ]);
    expect(current(request).images?.map((block) => block.source.bytes)).toEqual(
      [1, 2, 3].map((side) => png(side, side).data),
    );
  });

  test("R37, R21: arguments stay an object, cleaned as any text", () => {
    const input = { path: "a\0b", "\ud800": [null, { deep: "\udc00" }], n: 1.5 };
    const request = build([user("a"), assistant(call("1", "read", input)), user(result("1", "r"))]);
    expect(assistantMessages(request)[0]?.toolUses?.[0]?.input).toEqual({
      path: "ab",
      "\ufffd": [null, { deep: "\ufffd" }],
      n: 1.5,
    });
  });
});
