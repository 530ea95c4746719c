import { expect, test } from "bun:test";
import fc from "fast-check";
import { buildRequest } from "../../../src/amazonq/request/build.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { Conversation } from "../../../src/turn/conversation.ts";
import {
  askedOf,
  conversations,
  conversationsWithBadImages,
  longConversations,
  longTexts,
} from "../../support/arbitraries.ts";
import { timeFor } from "../../support/cases.ts";
import {
  assistant,
  entries,
  requestContext,
  result,
  system,
  user,
  violations,
} from "../../support/request.ts";

test(
  "whatever is asked of whatever model, in 1500 cases, the request breaks none of the service's rules",
  () => {
    fc.assert(
      fc.property(askedOf(conversations()), ({ conversation, context }) => {
        expect(violations(buildRequest(conversation, context))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  },
  timeFor(),
);

test("however long a conversation is, the request breaks none of the rules", () => {
  fc.assert(
    fc.property(askedOf(longConversations()), ({ conversation, context }) => {
      expect(violations(buildRequest(conversation, context))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("however long a text is, the request breaks none of the rules", () => {
  const roles = fc.constantFrom(user, assistant, (text: string) => user(result("call_1", text)), system);
  const withLongText = fc
    .tuple(conversations(), longTexts(), roles, fc.nat())
    .map(([conversation, text, say, position]) => {
      const at = position % (conversation.messages.length + 1);
      return { ...conversation, messages: conversation.messages.toSpliced(at, 0, say(text)) };
    });
  fc.assert(
    fc.property(askedOf(withLongText), ({ conversation, context }) => {
      expect(violations(buildRequest(conversation, context))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

/** The conversation with the place of each message in what its user attached there. */
const withPaths = (conversation: Conversation): Conversation => ({
  ...conversation,
  messages: conversation.messages.map((message, index) => {
    if (message.role !== "user") return message;
    const parts = message.parts.map((part) =>
      part.type === "image" ? { ...part, path: `messages[${index}]` } : part,
    );
    return { ...message, parts };
  }),
});

test("a picture that the service refuses is the client's error in the user's last message and a note before", () => {
  fc.assert(
    fc.property(conversationsWithBadImages().map(withPaths), (conversation) => {
      try {
        expect(violations(buildRequest(conversation, requestContext))).toEqual([]);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        expect(["invalid-request", "too-large"]).toContain(error.kind);
        const last = conversation.messages.findLastIndex(({ role }) => role === "user");
        expect(error.param).toBe(`messages[${last}]`);
      }
    }),
    { numRuns: 200 },
  );
});

test("no request has more cache points than its model takes", () => {
  fc.assert(
    fc.property(askedOf(conversations()), ({ conversation, context }) => {
      const points = entries(buildRequest(conversation, context)).filter((entry) =>
        JSON.stringify(entry).includes('"cachePoint":{"type":"default"}'),
      );
      expect(points.length).toBeLessThanOrEqual(context.model.maxCacheMarks);
    }),
  );
});

test("names that were made legal stay as they are when a client sends them back", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const { toolNames } = buildRequest(conversation, requestContext);
      const renamed = new Map([...toolNames].map(([sent, name]) => [name, sent]));
      const rename = <Named extends { name: string }>(named: Named): Named => ({
        ...named,
        name: renamed.get(named.name) ?? named.name,
      });
      const again = buildRequest(
        {
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
        },
        requestContext,
      );
      expect([...again.toolNames]).toEqual([]);
    }),
  );
});

test("a request is the same each time it is built, and the conversation is left as it was", () => {
  fc.assert(
    fc.property(conversations(), (conversation) => {
      const before = structuredClone(conversation);
      expect(buildRequest(conversation, requestContext)).toEqual(buildRequest(conversation, requestContext));
      expect(conversation).toEqual(before);
    }),
  );
});
