import { expect, test } from "bun:test";
import fc from "fast-check";
import { buildRequest } from "../../../src/amazonq/request/build.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { JsonObject } from "../../../src/json.ts";
import type { Conversation, ResultPart, UserPart } from "../../../src/turn/conversation.ts";
import { cleanText, isBlank } from "../../../src/turn/text.ts";
import { conversations, conversationsWithBadImages, longTexts } from "../../support/arbitraries.ts";
import {
  assistant,
  assistantMessages,
  modelNamed,
  requestContext,
  result,
  system,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

const buildAny = (conversation: Conversation, acceptsImages = true) =>
  buildRequest(conversation, {
    ...requestContext,
    model: modelNamed(acceptsImages ? "claude-sonnet-4.5" : "deepseek-3.2"),
  });

test("whatever is asked of whatever model, the request breaks none of the service's rules", () => {
  fc.assert(
    fc.property(conversations(), fc.boolean(), (conversation, acceptsImages) => {
      expect(violations(buildAny(conversation, acceptsImages))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("however long a text is, the request breaks none of the rules", () => {
  const roles = fc.constantFrom(user, assistant, (text: string) => user(result("call_1", text)), system);
  fc.assert(
    fc.property(conversations(), longTexts(), roles, fc.nat(), (conversation, text, say, position) => {
      const at = position % (conversation.messages.length + 1);
      const messages = conversation.messages.toSpliced(at, 0, say(text));
      expect(violations(buildAny({ ...conversation, messages }))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("a picture that the service refuses is the client's error in the last message and a note before", () => {
  fc.assert(
    fc.property(conversationsWithBadImages(), (conversation) => {
      try {
        expect(violations(buildAny(conversation))).toEqual([]);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        expect(["invalid-request", "too-large"]).toContain(error.kind);
        expect(error.param).toBe(`messages[${conversation.messages.length - 1}]`);
      }
    }),
    { numRuns: 200 },
  );
});

/** Fails unless `whole` holds the parts one after another. */
function expectInOrder(whole: string, parts: readonly string[]): void {
  let position = 0;
  for (const part of parts) {
    const found = whole.indexOf(part, position);
    if (found < 0) throw new Error(`${JSON.stringify(part)} is missing or out of order`);
    position = found + part.length;
  }
}

const userParts = ({ messages }: Conversation) =>
  messages.flatMap((message): readonly UserPart[] => {
    if (message.role === "system") return [{ type: "text", text: message.text }];
    return message.role === "user" ? message.parts : [];
  });
const resultParts = (parts: readonly UserPart[]): readonly ResultPart[] =>
  parts.flatMap((part) => (part.type === "tool-result" ? part.parts : []));
const textsOf = (parts: readonly { type: string; text?: string }[]) =>
  parts.flatMap(({ type, text = "" }) => (type === "text" && !isBlank(text) ? [cleanText(text)] : []));

test("every text arrives: those of each side in order, those of tool results somewhere", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const request = buildAny(conversation);
      const parts = userParts(conversation);
      const ofUser = userMessages(request)
        .map(({ content }) => content)
        .join("\n");
      const ofAssistant = assistantMessages(request)
        .map(({ content }) => content)
        .join("\n");
      const ofResults = userMessages(request)
        .flatMap((message) => message.userInputMessageContext?.toolResults ?? [])
        .flatMap(({ content }) => content.map(({ text }) => text))
        .join("\n");

      expectInOrder(ofUser, textsOf(parts));
      expectInOrder(ofUser, textsOf(conversation.system.map((text) => ({ type: "text", text }))));
      const answers = conversation.messages.filter((message) => message.role === "assistant");
      const kept = answers.flatMap((message) => textsOf(message.parts));
      expectInOrder(ofAssistant, /^[\s{[]*$/.test(kept.at(-1) ?? "") ? kept.slice(0, -1) : kept);
      for (const text of textsOf(resultParts(parts))) expect(ofUser + ofResults).toContain(text);
    }),
    { numRuns: 300 },
  );
});

/** JSON with clean texts. */
const asSent = (input: JsonObject) =>
  JSON.stringify(input, (_, value) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : value,
  );

test("every tool call arrives with its arguments, in order", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const request = buildAny(conversation);
      const sent = assistantMessages(request).flatMap(({ toolUses = [] }) => toolUses);
      const calls = conversation.messages
        .flatMap((message) => (message.role === "assistant" ? message.parts : []))
        .filter((part) => part.type === "tool-call");
      expect(sent.map(({ name }) => request.toolNames.get(name) ?? name)).toEqual(
        calls.map(({ name }) => name),
      );
      expect(sent.map(({ input }) => JSON.stringify(input))).toEqual(calls.map(({ input }) => asSent(input)));
    }),
  );
});

test("every picture arrives, or a note in its place", () => {
  fc.assert(
    fc.property(conversations(), fc.boolean(), (conversation, acceptsImages) => {
      const parts = userParts(conversation);
      const given = [...parts, ...resultParts(parts)].flatMap((part) =>
        part.type === "image" ? [part.data] : [],
      );
      const request = buildAny(conversation, acceptsImages);
      const sent = userMessages(request).flatMap(({ images = [] }) =>
        images.map(({ source }) => source.bytes),
      );
      const notes = JSON.stringify(request.body).split("(image left out: ").length - 1;
      expect(sent.length + notes).toBe(given.length);
      if (notes === 0) expect(sent.toSorted()).toEqual(given.toSorted());
    }),
  );
});

test("names that were made legal stay as they are when a client sends them back", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const { toolNames } = buildAny(conversation);
      const renamed = new Map([...toolNames].map(([sent, name]) => [name, sent]));
      const rename = <Named extends { name: string }>(named: Named): Named => ({
        ...named,
        name: renamed.get(named.name) ?? named.name,
      });
      const again = buildAny({
        ...conversation,
        tools: conversation.tools.map(rename),
        messages: conversation.messages.map((message) =>
          message.role === "assistant"
            ? {
                ...message,
                parts: message.parts.map((part) => (part.type === "tool-call" ? rename(part) : part)),
              }
            : message,
        ),
      });
      expect([...again.toolNames]).toEqual([]);
    }),
  );
});

test("a request is the same each time it is built, and the conversation is left as it was", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const before = structuredClone(conversation);
      expect(buildAny(conversation)).toEqual(buildAny(conversation));
      expect(conversation).toEqual(before);
    }),
  );
});
