import { expect, test } from "bun:test";
import fc from "fast-check";
import { type BuiltRequest, buildRequest } from "../../../src/amazonq/request/build.ts";
import { wrapper } from "../../../src/amazonq/request/wrapped-arguments.ts";
import { argumentsIn, type JsonObject } from "../../../src/json.ts";
import type { Conversation, ResultPart, ToolCallPart } from "../../../src/turn/conversation.ts";
import { cleanText, isBlank } from "../../../src/turn/text.ts";
import { type Asked, askedOf, conversations, longConversations } from "../../support/arbitraries.ts";
import {
  assistant,
  assistantMessages,
  build,
  call,
  entries,
  requestContext,
  result,
  user,
  userMessages,
} from "../../support/request.ts";

/** Fails unless `whole` holds the parts one after another. */
function expectInOrder(whole: string, parts: readonly string[]): void {
  let position = 0;
  for (const part of parts) {
    const found = whole.indexOf(part, position);
    if (found < 0) throw new Error(`${JSON.stringify(part)} is missing or out of order`);
    position = found + part.length;
  }
}

type Part = Exclude<Conversation["messages"][number], { role: "system" }>["parts"][number];

/** What stands in the messages, those of tool results apart. */
const partsOf = ({ messages }: Conversation): Part[] =>
  messages.flatMap((message): readonly Part[] =>
    message.role === "system" ? [{ type: "text", text: message.text }] : message.parts,
  );
const resultPartsOf = (conversation: Conversation): readonly ResultPart[] =>
  partsOf(conversation).flatMap((part) => (part.type === "tool-result" ? part.parts : []));
const callsOf = (conversation: Conversation): ToolCallPart[] =>
  partsOf(conversation).filter((part) => part.type === "tool-call");

const legible = (texts: readonly string[]) => texts.filter((text) => !isBlank(text)).map(cleanText);
const textsOf = (parts: readonly (Part | ResultPart)[]) =>
  legible(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));

/** The conversation without an answer at its end that does no more than open a JSON value (R11). */
function withoutOpening(conversation: Conversation): Conversation {
  const { messages } = conversation;
  const end = messages.findLastIndex(({ role }) => role !== "assistant") + 1;
  const opening = partsOf({ ...conversation, messages: messages.slice(end) });
  const isOpening = opening.every((part) =>
    part.type === "text" ? /^[\s{[]*$/.test(part.text.replaceAll("\0", "")) : part.type !== "tool-call",
  );
  return isOpening ? { ...conversation, messages: messages.slice(0, end) } : conversation;
}

/** JSON with clean texts. */
const asSent = (input: JsonObject) =>
  JSON.stringify(input, (_, value) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : value,
  );

/** As the model means it that wraps it. */
const unwrapped = (input: JsonObject) => input[wrapper] ?? input;

test("a number that JavaScript would round is sent as the client has it", () => {
  const json = '{"id":12345678901234567890,"deep":{"ids":[-9007199254740993]},"size":1}';
  const messages = [user("Who is it?"), assistant(call("1", "find", argumentsIn(json))), user(result("1"))];
  expect(JSON.stringify(build(messages).body)).toContain(`"input":${json}`);
  const flat = build(messages, {}, { repair: "flatten-tools" });
  expect(JSON.stringify(flat.body)).toContain(JSON.stringify(`[called find with ${json}]`));
});

/** All that a request says in words, oldest first; a call as it stands where it is told. */
const wordsOf = (request: BuiltRequest): string =>
  entries(request)
    .flatMap((entry) => {
      if ("userInputMessage" in entry) {
        const { content, userInputMessageContext: context } = entry.userInputMessage;
        return [
          ...(context?.toolResults ?? []).flatMap((result) => result.content.map(({ text }) => text)),
          content,
        ];
      }
      const { content, toolUses = [] } = entry.assistantResponseMessage;
      return [
        content,
        ...toolUses.map(({ name, input }) => `[called ${name} with ${JSON.stringify(unwrapped(input))}]`),
      ];
    })
    .join("\n");

function expectAllSaid({ conversation, context }: Asked): void {
  const request = buildRequest(conversation, context);
  const words = wordsOf(request);
  const texts = textsOf(partsOf(withoutOpening(conversation)));
  expectInOrder(words, [...legible(conversation.system), ...texts]);
  for (const text of textsOf(resultPartsOf(conversation))) expect(words).toContain(text);

  const sentNames = new Map([...request.toolNames].map(([sent, name]) => [name, sent]));
  const calls = callsOf(conversation).map(
    ({ name, input }) => `[called ${sentNames.get(name) ?? name} with ${asSent(input)}]`,
  );
  expectInOrder(words, calls);
}

test("every instruction, text and call arrives in order, and every result", () => {
  fc.assert(fc.property(askedOf(conversations()), expectAllSaid), { numRuns: 500 });
});

test("however long a conversation is, every instruction, text and call arrives in order, and every result", () => {
  fc.assert(fc.property(askedOf(longConversations()), expectAllSaid), { numRuns: 50 });
});

test("every call of a history that fits arrives as a call, under the client's name by the names given back", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const request = buildRequest(conversation, requestContext);
      const sent = assistantMessages(request).flatMap(({ toolUses = [] }) => toolUses);
      const calls = callsOf(conversation);
      expect(sent.map(({ name }) => request.toolNames.get(name) ?? name)).toEqual(
        calls.map(({ name }) => name),
      );
      const inputs = sent.map(({ input }) => JSON.stringify(unwrapped(input)));
      expect(inputs).toEqual(calls.map(({ input }) => asSent(input)));
    }),
  );
});

const countOf = (text: string, note: RegExp) => text.match(note)?.length ?? 0;

function expectAllShown({ conversation, context }: Asked): void {
  const request = buildRequest(conversation, context);
  const words = wordsOf(request);
  const given = [...partsOf(conversation), ...resultPartsOf(conversation)];
  const sent = userMessages(request).flatMap(({ images = [], documents = [] }) => [...images, ...documents]);
  const bytes = new Set(sent.map(({ source }) => source.bytes));
  const images = given.filter((part) => part.type === "image");
  const documents = given.filter((part) => part.type === "document");

  const imagesSent = userMessages(request).flatMap((message) => message.images ?? []);
  expect(imagesSent.length + countOf(words, /\(image left out: /g)).toBe(images.length);
  if (imagesSent.length === images.length) {
    const data = imagesSent.map(({ source }) => source.bytes);
    expect(data.toSorted()).toEqual(images.map((image) => image.data).toSorted());
  }
  const documentsLeftOut = countOf(words, /\(document "[^\n]*" left out: /g);
  for (const { data } of documents) {
    const text = cleanText(Buffer.from(data, "base64").toString("utf8"));
    expect(bytes.has(data) || words.includes(text) || documentsLeftOut > 0).toBe(true);
  }
}

test("every picture and document arrives, or a note in its place", () => {
  fc.assert(fc.property(askedOf(conversations()), expectAllShown), { numRuns: 500 });
  fc.assert(fc.property(askedOf(longConversations()), expectAllShown), { numRuns: 30 });
});
