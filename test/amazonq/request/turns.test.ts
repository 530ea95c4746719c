import { describe, expect, test } from "bun:test";
import type { Message } from "../../../src/turn/conversation.ts";
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
  system,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const opening = "user: (The user has not written anything yet.)";
const continuation = "user: (Continue your last message exactly where it ends, without repeating any of it.)";
const reasoning = { type: "reasoning", text: "Hm.", signature: "sig" } as const;

interface Case {
  name: string;
  messages: Message[];
  sent: string[];
}
const cases: Case[] = [
  {
    name: "R9: a leading answer follows a placeholder",
    messages: [assistant("Hi!"), user("Hello")],
    sent: [opening, "assistant: Hi!", "user: Hello"],
  },
  {
    name: "R10: neighbours of one role are joined by a blank line",
    messages: [user("a"), user("b", "c"), assistant("d"), assistant("e"), user("f")],
    sent: ["user: a\n\nb\n\nc", "assistant: d\n\ne", "user: f"],
  },
  {
    name: "R11: an answer at the end is continued",
    messages: [user("Write a poem"), assistant("Roses are")],
    sent: ["user: Write a poem", "assistant: Roses are", continuation],
  },
  {
    name: "R11: an empty answer at the end is dropped",
    messages: [user("Hello"), assistant("")],
    sent: ["user: Hello"],
  },
  {
    name: "R13: instructions in the middle speak from where they stand",
    messages: [user("a"), assistant("b"), system("Be brief."), user("c")],
    sent: [
      "user: a",
      "assistant: b",
      "user: [Instructions from the system, not from the user]\n\nBe brief.\n\nc",
    ],
  },
  {
    name: "R13: instructions at the end are the last message",
    messages: [user("a"), assistant("b"), system("Go on.")],
    sent: ["user: a", "assistant: b", "user: [Instructions from the system, not from the user]\n\nGo on."],
  },
  { name: "R14: no message at all is said to be none", messages: [], sent: [opening] },
  {
    name: "R15: a blank message is said to be empty",
    messages: [user(" \n")],
    sent: ["user: (empty message)"],
  },
  {
    name: "R15: NUL and invisible characters are blank",
    messages: [user("\0\u200b\ufeff")],
    sent: ["user: (empty message)"],
  },
  {
    name: "R15: a message of images alone points to them",
    messages: [user(image(png(1, 1)))],
    sent: ["user: (see the attached image)"],
  },
  {
    name: "R17: blank messages of the history are said to be empty",
    messages: [user(""), assistant("a"), user(), assistant("b"), user("c")],
    sent: ["user: (empty message)", "assistant: a", "user: (empty message)", "assistant: b", "user: c"],
  },
  {
    name: "R19: an answer of reasoning alone disappears, and its neighbours become one",
    messages: [user("a"), assistant(reasoning, " "), user("b")],
    sent: ["user: a\n\nb"],
  },
  {
    name: "R21: lone surrogates become U+FFFD and NUL disappears",
    messages: [user("a\ud800b\0c 👍")],
    sent: ["user: a\ufffdbc 👍"],
  },
];

describe("turns", () => {
  for (const { name, messages, sent } of cases) {
    test(name, () => {
      const request = build(messages);
      expect(spoken(request)).toEqual(sent);
      expect(violations(request)).toEqual([]);
    });
  }

  test("R16: a turn of tool results says what the human wrote beside them, or nothing", () => {
    const answered = (...beside: string[]) =>
      current(build([user("a"), assistant(call("1")), user(result("1", "r"), ...beside)])).content;
    expect(answered()).toBe("");
    expect(answered("Stop that.")).toBe("Stop that.");
  });

  test("R18: an answer of tool calls alone says a space", () => {
    const request = build([user("a"), assistant(call("1")), user(result("1", "r"))]);
    expect(assistantMessages(request)[0]?.content).toBe(" ");
  });

  test("every message of the user names the origin, and the last alone the model", () => {
    const messages = userMessages(build([user("a"), assistant("b"), user("c")], { system: ["s"] }));
    expect(messages.map(({ origin, modelId }) => [origin, modelId])).toEqual([
      ["CLI", undefined],
      ["CLI", undefined],
      ["CLI", "claude-sonnet-4.5"],
    ]);
  });
});

describe("instructions", () => {
  test("they open the history as a message that is agreed to", () => {
    expect(spoken(build([user("Hi")], { system: ["Be brief.", " ", "Be kind."] }))).toEqual([
      "user: Be brief.\n\nBe kind.",
      "assistant: Understood.",
      "user: Hi",
    ]);
  });

  test("R14: instructions alone are followed by a placeholder", () => {
    const request = build([], { system: ["Be brief."] });
    expect(spoken(request)).toEqual(["user: Be brief.", "assistant: Understood.", opening]);
    expect(violations(request)).toEqual([]);
  });

  test("blank ones leave no trace", () => {
    expect(spoken(build([user("Hi")], { system: ["", "\0\n"] }))).toEqual(["user: Hi"]);
  });
});
