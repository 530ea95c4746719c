import { describe, expect, test } from "bun:test";
import type { Message } from "../../../src/turn/conversation.ts";
import { busyMs } from "../../support/busy.ts";
import { png } from "../../support/images.ts";
import {
  assistant,
  build,
  call,
  errorResult,
  image,
  result,
  spoken,
  system,
  tool,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const exchanges = (count: number): Message[] =>
  Array.from({ length: count }, (_, index) => [user(`q${index}`), assistant(`a${index}`)]).flat();

/** One question and an agent that calls a tool so many times. */
const loop = (count: number): Message[] => [
  user("Go."),
  ...Array.from({ length: count }, (_, index) => [
    assistant(`step ${index}`, call(`c${index}`, "read", { path: `${index}.ts` })),
    user(result(`c${index}`, `content ${index}`)),
  ]).flat(),
];

const historyOf = (request: ReturnType<typeof build>) => request.body.conversationState.history ?? [];
const transcriptOf = (request: ReturnType<typeof build>, at = 0) => spoken(request)[at] ?? "";

describe("R12: a history of more than 250 entries", () => {
  test("of exactly that many is sent as it is", () => {
    const request = build([...exchanges(125), user("end")]);
    expect(historyOf(request)).toHaveLength(250);
    expect(transcriptOf(request)).toBe("user: q0");
  });

  test("begins with its oldest turns in words, which the last answer among them follows", () => {
    const request = build([...exchanges(126), user("end")], { system: ["Be brief."] });
    const [instructions, agreed, told, answer, next] = spoken(request);
    expect([instructions, agreed]).toEqual(["user: Be brief.", "assistant: Understood."]);
    expect(told).toStartWith(
      "user: [The beginning of this conversation, told in words because it is too long to be sent message by message]\n\n" +
        "user: q0\n\nassistant: a0\n\nuser: q1\n\nassistant: a1\n\n",
    );
    expect(told).toEndWith("\n\nassistant: a24\n\nuser: q25");
    expect([answer, next]).toEqual(["assistant: a25", "user: q26"]);
    expect(historyOf(request).length).toBeLessThanOrEqual(250);
    expect(violations(request)).toEqual([]);
  });

  test("keeps its beginning from one request to the next, so that it stays in the cache", () => {
    const beginnings = Array.from({ length: 25 }, (_, index) =>
      transcriptOf(build([...exchanges(126 + index), user("end")])),
    );
    expect(new Set(beginnings).size).toBe(1);
    expect(transcriptOf(build([...exchanges(151), user("end")]))).not.toBe(beginnings[0]);
  });

  test("tells calls and results in their order, and parts none from its result", () => {
    const request = build(loop(130));
    const told = transcriptOf(request);
    expect(told).toContain(
      'assistant: step 0\n\n[called read with {"path":"0.ts"}]\n\nuser: [result of read]\n\ncontent 0\n\nassistant: step 1',
    );
    expect(told).toEndWith("[result of read]\n\ncontent 24");
    expect(spoken(request)[1]).toBe("assistant: step 25");
    expect(violations(request)).toEqual([]);
  });

  test("tells errors, empty results, calls without a result and instructions in the middle", () => {
    const request = build([
      user("a"),
      assistant(call("1"), call("2", "a b"), call("3")),
      user(errorResult("1", "boom"), result("2")),
      system("Hurry."),
      ...exchanges(150),
    ]);
    expect(transcriptOf(request)).toContain(
      [
        "assistant: [called read with {}]",
        "[called a_b with {}]",
        "[called read with {}]",
        "user: [error of read]",
        "boom",
        "[result of a_b]",
        "(no output)",
        "[error of read]",
        "(the tool call was interrupted; there is no result)",
        "[Instructions from the system, not from the user]",
        "Hurry.",
      ].join("\n\n"),
    );
    expect(violations(request)).toEqual([]);
  });

  test("keeps the images of what it tells, with a pointer where each stood", () => {
    const pictures = Array.from({ length: 12 }, (_, index) => image(png(index + 1, 1)));
    const shown = [
      user("look", ...pictures.slice(0, 11)),
      assistant(call("1")),
      user(result("1", pictures[11] ?? "")),
    ];
    const request = build([...shown, ...exchanges(150)]);
    const told = userMessages(request).slice(0, 2);
    expect(told.map(({ images = [] }) => images.length)).toEqual([10, 2]);
    expect(told.flatMap(({ images = [] }) => images.map(({ source }) => source.bytes))).toEqual(
      pictures.map(({ data }) => data),
    );
    expect(spoken(request)[2]).toContain("[result of read]\n\n(image attached to this message)");
    expect(violations(request)).toEqual([]);
  });

  test("takes as many messages for its transcript as that needs (R20), all of it in order", () => {
    const long = Array.from({ length: 140 }, (_, index) => [
      user(`q${index} ${"x".repeat(20_000)}`),
      assistant(`a${index}`),
    ]).flat();
    const request = build([...long, user("end")]);
    const told = userMessages(request)
      .map(({ content }) => content)
      .join("");
    const positions = Array.from({ length: 140 }, (_, index) => told.indexOf(`q${index} x`));
    expect(positions.every((position, index) => position > (positions[index - 1] ?? -1))).toBe(true);
    expect(historyOf(request).length).toBeLessThanOrEqual(250);
    expect(violations(request)).toEqual([]);
  });

  test("folds what takes many entries by itself", () => {
    const answers = Array.from({ length: 20 }, (_, index) => [
      user(`q${index}`),
      assistant(`a${index} ${"line\n".repeat(200_000)}`),
    ]).flat();
    const request = build([...answers, user("end")]);
    expect(historyOf(request).length).toBeLessThanOrEqual(250);
    expect(transcriptOf(request)).toContain("q0");
    expect(violations(request)).toEqual([]);
  });

  test("still tells the service of tools that only its transcript names", () => {
    const request = build(
      [user("a"), assistant(call("1", "old")), user(result("1", "r")), ...exchanges(150), user("end")],
      {
        tools: [tool("read")],
      },
    );
    expect(JSON.stringify(request.body)).toContain('"name":"old"');
  });

  test("is built in linear time", () => {
    const time = (count: number) => {
      const messages = loop(count);
      const started = busyMs();
      build(messages);
      return busyMs() - started;
    };
    time(2000);
    expect(time(20_000)).toBeLessThan(40 * Math.max(5, time(2000)));
  });
});

describe("the repair that flattens tools", () => {
  const flattened = (messages: Message[]) =>
    build(messages, { tools: [tool("read")] }, { repair: "flatten-tools" });

  test("says calls and results in words, and keeps the tools on offer", () => {
    const request = flattened([
      user("Look."),
      assistant("I will.", call("1", "read", { path: "a" })),
      user(result("1", "text", image(png(1, 1))), "And now?"),
    ]);
    expect(spoken(request)).toEqual([
      "user: Look.",
      'assistant: I will.\n\n[called read with {"path":"a"}]',
      "user: [result of read]\n\ntext\n\n(image attached to this message)\n\nAnd now?",
    ]);
    expect(JSON.stringify(request.body)).not.toMatch(/toolUses|toolResults/);
    expect(userMessages(request).at(-1)?.userInputMessageContext?.tools).toHaveLength(1);
    expect(userMessages(request).at(-1)?.images).toHaveLength(1);
    expect(violations(request)).toEqual([]);
  });

  test("needs no stubs for tools that are gone", () => {
    const request = flattened([user("a"), assistant(call("1", "gone")), user(result("1", "r"))]);
    expect(userMessages(request).at(-1)?.userInputMessageContext?.tools).toHaveLength(1);
  });
});
