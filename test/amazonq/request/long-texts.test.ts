import { describe, expect, test } from "bun:test";
import { png } from "../../support/images.ts";
import {
  assistant,
  assistantMessages,
  build,
  call,
  current,
  image,
  result,
  spoken,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const lines = (length: number) => "0123456789abcde\n".repeat(Math.ceil(length / 16));

const saidIn = (messages: readonly { content: string }[]) => messages.map(({ content }) => content).join("");

describe("R20: a text that is too long for its place", () => {
  test("a user's goes on in further messages, all its characters in order", () => {
    const long = lines(1_500_000);
    const request = build([user(long)]);
    const separators = assistantMessages(request).map(({ content }) => content);
    expect(separators).toEqual(["(waiting for the rest)", "(waiting for the rest)"]);
    expect(saidIn(userMessages(request))).toBe(long);
    expect(violations(request)).toEqual([]);
  });

  test("an assistant's goes on in further answers, its calls in the last", () => {
    const long = lines(250_000);
    const request = build([user("a"), assistant(long, call("1")), user(result("1", "r"))]);
    const answers = assistantMessages(request);
    expect(saidIn(answers)).toBe(long);
    expect(answers.map(({ toolUses = [] }) => toolUses.length)).toEqual([0, 0, 1]);
    expect(spoken(request)[2]).toBe("user: (continued)");
    expect(violations(request)).toEqual([]);
  });

  test("a tool result's goes on in further blocks", () => {
    const long = lines(2_000_000);
    const request = build([user("a"), assistant(call("1")), user(result("1", long))]);
    const [answer] = current(request).userInputMessageContext?.toolResults ?? [];
    expect(answer?.content).toHaveLength(3);
    expect(answer?.content.map((block) => block.text).join("")).toBe(long);
    expect(violations(request)).toEqual([]);
  });

  test("instructions go on in further messages, the last of them agreed to", () => {
    const long = lines(700_000);
    const request = build([user("Hi")], { system: [long] });
    expect(assistantMessages(request).map(({ content }) => content)).toEqual([
      "(waiting for the rest)",
      "Understood.",
    ]);
    expect(saidIn(userMessages(request).slice(0, 2))).toBe(long);
    expect(violations(request)).toEqual([]);
  });

  test("tool results stay with the first message and images come before the end of the text", () => {
    const request = build([
      user("a"),
      assistant(call("1")),
      user(result("1", "r", image(png(1, 1))), lines(700_000)),
    ]);
    const [, first, last] = userMessages(request);
    expect(first?.userInputMessageContext?.toolResults).toHaveLength(1);
    expect(first?.images).toHaveLength(1);
    expect(last).toBe(current(request));
    expect(violations(request)).toEqual([]);
  });

  test("no character is cut in two", () => {
    const long = `a${"👍".repeat(400_000)}`;
    const request = build([user(long)]);
    expect(userMessages(request).every(({ content }) => content.isWellFormed())).toBe(true);
    expect(saidIn(userMessages(request))).toBe(long);
  });

  test("blank stretches of it are named instead of sent blank", () => {
    const request = build([
      user(`a${" ".repeat(1_300_000)}b`),
      assistant(`a${"\n".repeat(250_000)}b`),
      user("c"),
    ]);
    expect(spoken(request)).toContain("user: (empty message)");
    expect(spoken(request)).toContain("assistant: (blank)");
    expect(violations(request)).toEqual([]);
  });
});
