import { describe, expect, test } from "bun:test";
import { sealReasoning, sealRedacted } from "../../../src/amazonq/reasoning-seal.ts";
import type { Repair } from "../../../src/amazonq/request/build.ts";
import type { AssistantPart, Message } from "../../../src/turn/conversation.ts";
import {
  assistant,
  assistantMessages,
  build,
  call,
  modelNamed,
  requestContext,
  result,
  signatureOf,
  system,
  user,
  violations,
} from "../../support/request.ts";

const model = modelNamed("claude-opus-5");
const scope = { modelId: model.id, conversationId: requestContext.conversationId };
const thought = (text: string, given: Partial<typeof scope> = {}): AssistantPart => {
  const reasoning = { ...scope, ...given, text };
  return {
    type: "reasoning",
    text,
    signature: sealReasoning({ ...reasoning, signature: signatureOf(reasoning) }),
  };
};
const own = thought("I should look.");
const signed = {
  reasoningText: { text: "I should look.", signature: signatureOf({ ...scope, text: "I should look." }) },
};

const loop = (...parts: AssistantPart[]): Message[] => [
  user("Look."),
  assistant(...parts, call("1")),
  user(result("1", "r")),
];
const replayed = (messages: Message[], repair?: Repair) => {
  const request = build(messages, {}, { model, repair });
  expect(violations(request)).toEqual([]);
  return assistantMessages(request).map(({ reasoningContent }) => reasoningContent);
};

describe("reasoning is sent back", () => {
  test("R51, R52: nested, with the service's own signature", () => {
    expect(replayed(loop(own))).toEqual([signed]);
  });

  test("R51: redacted as it came", () => {
    const data = sealRedacted("AAEC", scope);
    expect(replayed(loop({ type: "redacted-reasoning", data }))).toEqual([{ redactedContent: "AAEC" }]);
  });

  test("hidden as the text and signature it came as (contract 3.3)", () => {
    const reasoning = { ...scope, text: "..." };
    const data = sealReasoning({ ...reasoning, signature: signatureOf(reasoning) });
    expect(replayed([user("a"), assistant("b", { type: "redacted-reasoning", data }, call("1"))])).toEqual([
      { reasoningText: { text: "...", signature: signatureOf(reasoning) } },
    ]);
  });

  test("R54: for all answers behind the last question, and not for those before", () => {
    const turn = (id: string) => [assistant(own, call(id)), user(result(id, "r"), "<reminder>")];
    expect(replayed([...loop(own), ...turn("2"), ...turn("3")])).toEqual([signed, signed, signed]);
    expect(replayed([...loop(own), assistant("done"), user("Next."), ...turn("2")])).toEqual([
      undefined,
      undefined,
      signed,
    ]);
  });

  test("R54: instructions of the program in between are no question", () => {
    expect(replayed([...loop(own), system("Hurry.")])).toEqual([signed]);
  });
});

describe("reasoning is dropped, and its words with it", () => {
  const cases: [string, AssistantPart[]][] = [
    ["R52: without a signature", [{ type: "reasoning", text: "I should look.", signature: "" }]],
    ["R55: signed by others", [{ type: "reasoning", text: "I should look.", signature: "Er4B" }]],
    ["R55: redacted by others", [{ type: "redacted-reasoning", data: "AAEC" }]],
    ["R53: of another model", [thought("I should look.", { modelId: "claude-opus-4.8" })]],
    ["R53: of another conversation", [thought("I should look.", { conversationId: "other" })]],
    ["R53: whose text was changed", [{ ...own, text: "I should run." } as AssistantPart]],
    ["R53: of several in one answer", [own, thought("More.")]],
    [
      "R53: of several in one answer, though one alone is ours",
      [own, { type: "reasoning", text: "x", signature: "" }],
    ],
    ["R21: whose text would have to be changed", [thought("I should\0 \ud800.")]],
    ["R53: of an answer that is sent in several", [own, { type: "text", text: "x".repeat(150_000) }]],
  ];
  test.each(cases)("%s", (_, parts) => {
    expect(replayed(loop(...parts)).filter(Boolean)).toEqual([]);
    expect(JSON.stringify(build(loop(...parts), {}, { model }).body)).not.toContain("I should");
  });

  test("by the repair for refused signatures", () => {
    expect(replayed(loop(own), "drop-reasoning")).toEqual([undefined]);
    expect(replayed(loop(own), "flatten-tools")).toEqual([undefined]);
  });
});
