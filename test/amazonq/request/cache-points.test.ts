import { describe, expect, test } from "bun:test";
import type { Conversation, Message } from "../../../src/turn/conversation.ts";
import {
  assistant,
  build,
  call,
  entries,
  modelNamed,
  result,
  system,
  tool,
  user,
  violations,
} from "../../support/request.ts";

const kept = <Kind extends Message>(message: Kind): Kind => ({ ...message, cacheAfter: true });

/** What stands on the entries with cache points, such as `user: hello`. */
function points(messages: Message[], rest: Partial<Conversation> = {}, model = "claude-opus-5"): string[] {
  const request = build(messages, rest, { model: modelNamed(model) });
  expect(violations(request)).toEqual([]);
  return entries(request).flatMap((entry) => {
    if ("userInputMessage" in entry) {
      const { cachePoint, content } = entry.userInputMessage;
      return cachePoint ? [`user: ${content}`] : [];
    }
    const { cachePoint, content } = entry.assistantResponseMessage;
    return cachePoint ? [`assistant: ${content}`] : [];
  });
}

describe("cache points (contract 2.6)", () => {
  test("stand where the client wants the conversation kept", () => {
    expect(points([user("a"), kept(assistant("b")), user("c"), assistant("d"), kept(user("e"))])).toEqual([
      "assistant: b",
      "user: e",
    ]);
  });

  test("R35: of instructions and tools stands on the instructions, never among the tools", () => {
    const rest = { system: ["Be brief."], cacheSystem: true, tools: [tool("read")] };
    expect(points([user("a")], rest)).toEqual(["user: Be brief."]);
    expect(JSON.stringify(build([user("a")], rest).body.conversationState.currentMessage)).not.toContain(
      "cachePoint",
    );
  });

  test("move to the end of the turn that their message becomes part of", () => {
    const messages = [kept(user("a")), user("b"), assistant("c"), kept(system("d")), user("e")];
    expect(points(messages)).toEqual([
      "user: a\n\nb",
      "user: [Instructions from the system, not from the user]\n\nd\n\ne",
    ]);
  });

  test("of an answer that disappears move to the turn before, of none before to none", () => {
    expect(points([user("a"), kept(assistant("")), user("b")])).toEqual(["user: a\n\nb"]);
    expect(points([kept(assistant(" ")), user("b")])).toEqual([]);
  });

  test("keep their place behind a placeholder", () => {
    expect(points([kept(assistant("a")), user("b")])).toEqual(["assistant: a"]);
  });

  test("stand on the last entry of a turn that takes several", () => {
    expect(points([user("a"), kept(assistant(`${"x".repeat(100_000)}end`)), user("b")])).toEqual([
      "assistant: end",
    ]);
  });

  test("stand beside calls and results", () => {
    expect(points([user("a"), kept(assistant("b", call("1"))), kept(user(result("1", "r")))])).toEqual([
      "assistant: b",
      "user: ",
    ]);
  });

  test("are the instructions' and the newest where there are too many", () => {
    const messages = ["a", "b", "c", "d", "e"].flatMap((name) => [
      kept(user(name)),
      kept(assistant(name.toUpperCase())),
    ]);
    const all = [...messages, user("f")];
    expect(points(all)).toEqual(["user: d", "assistant: D", "user: e", "assistant: E"]);
    expect(points(all, { system: ["s"], cacheSystem: true })).toEqual([
      "user: s",
      "assistant: D",
      "user: e",
      "assistant: E",
    ]);
  });

  test("are left out for models that keep nothing", () => {
    expect(points([kept(user("a"))], { system: ["s"], cacheSystem: true }, "gpt-5.6-sol")).toEqual([]);
  });

  test("of turns that are told in words stand behind the transcript", () => {
    const exchanges = Array.from({ length: 150 }, () => [user("q"), assistant("a")]).flat();
    const [only, ...others] = points([kept(user("first")), assistant("b"), ...exchanges, user("end")]);
    expect(only).toStartWith("user: [The beginning of this conversation");
    expect(others).toEqual([]);
  });
});
