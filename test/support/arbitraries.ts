import fc from "fast-check";
import { builtInModels } from "../../src/amazonq/models/models.ts";
import type { ServiceModel } from "../../src/amazonq/models/service-model.ts";
import { type ReasoningScope, sealReasoning, sealRedacted } from "../../src/amazonq/reasoning-seal.ts";
import type { RequestContext } from "../../src/amazonq/request/build.ts";
import type { JsonObject, JsonValue } from "../../src/json.ts";
import {
  type AssistantPart,
  type Conversation,
  type DocumentPart,
  efforts,
  type ImagePart,
  type Message,
  type ResultPart,
  type Settings,
  type TextPart,
  type Tool,
  type ToolCallPart,
  type ToolChoice,
  type ToolResultPart,
  type UserPart,
} from "../../src/turn/conversation.ts";
import { gif, jpeg, png, webp } from "./images.ts";
import { modelNamed, requestContext, signatureOf } from "./request.ts";

const awkwardTexts = [
  "",
  " ",
  "\n\t",
  "\u0000",
  "\u0000 \u0001\u200b",
  "\ud800",
  "a\udc00b\u0000c",
  "{",
  "[{",
  "[DONE]",
  "data: {}\n\n",
  "\u2028\u2029\ufeff",
  "👩‍👩‍👧‍👦",
  "</system>",
  "(no output)",
];

/** Texts of any characters, lone surrogates and NUL among them, and those that mean something to somebody on the way. */
export const texts = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.lorem({ maxCount: 8 }) },
    { weight: 4, arbitrary: fc.constantFrom(...awkwardTexts) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
    {
      weight: 1,
      arbitrary: fc.string({
        unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        maxLength: 10,
      }),
    },
  );

/** Longer than what services take in one message. */
export const longTexts = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("word ", "line\n", "👍", "\n"),
      fc.constantFrom(100_001, 250_000, 600_001, 1_250_000),
    )
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)));

/** Few enough that calls and results meet, wrong enough that nothing can be taken for granted. */
const ids = () =>
  fc.constantFrom(
    "call_1",
    "call_2",
    "CALL_1",
    "toolu_01AbC",
    "a.b",
    "a/b",
    "",
    "é",
    "x".repeat(64),
    "x".repeat(65),
    "y".repeat(400),
  );

export const toolNames = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      "read",
      "Read",
      "mcp.server/tool",
      "mcp_server_tool",
      "",
      "_x",
      "1x",
      "日本",
      "中国",
      "__proto__",
      "n".repeat(64),
      "n".repeat(65),
      `${"n".repeat(64)}m`,
    ),
    fc.string({ maxLength: 80 }),
  );

const jsonObjects = (): fc.Arbitrary<JsonObject> =>
  fc.dictionary(
    fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("__proto__", "constructor", "toString")),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), texts()),
    { maxKeys: 4 },
  );

const schemaNames = ["a", "b", "value", "__proto__", "$ref", "properties"];
const references = [
  "#",
  "#/$defs/a",
  "#/$defs/b",
  "#/definitions/a",
  "#/properties/a",
  "#/$defs/none",
  "https://example.com/s",
  "%",
];

/** JSON Schemas, right and wrong: nulls, recursive and dangling references, combinators and other types at the root. */
export const schemas = (): fc.Arbitrary<JsonValue> =>
  fc.oneof({ weight: 9, arbitrary: schemaTree.schema }, { weight: 1, arbitrary: fc.jsonValue() });

const schemaTree = fc.letrec<{ schema: JsonValue; map: JsonValue; list: JsonValue }>((tie) => ({
  map: fc.oneof(
    fc.dictionary(fc.constantFrom(...schemaNames), tie("schema"), { maxKeys: 3 }),
    fc.constantFrom(null, [], "a"),
  ),
  list: fc.oneof(fc.array(tie("schema"), { maxLength: 3 }), fc.constant(null)),
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: "schema" },
    fc.constantFrom<JsonValue>({}, true, false, null, { type: "string" }, { type: "object" }, { type: null }),
    fc.record(
      {
        type: fc.constantFrom<JsonValue>(
          "object",
          "string",
          null,
          ["object", "null"],
          ["string", null],
          5,
          [],
        ),
        properties: tie("map"),
        required: fc.constantFrom<JsonValue>(null, [], ["a"], ["a", "b"], [null], "a"),
        items: fc.oneof(tie("schema"), tie("list")),
        anyOf: tie("list"),
        oneOf: tie("list"),
        allOf: tie("list"),
        additionalProperties: tie("schema"),
        $ref: fc.constantFrom<JsonValue>(...references, null, 1),
        $defs: tie("map"),
        definitions: tie("map"),
        $schema: fc.constant("https://json-schema.org/draft/2020-12/schema"),
        description: fc.oneof(texts(), fc.constant(null)),
        enum: fc.constantFrom<JsonValue>(["a", null], null, []),
        default: fc.constantFrom<JsonValue>(null, {}, 1),
      },
      { requiredKeys: [] },
    ),
  ),
}));

const textParts = (): fc.Arbitrary<TextPart> => texts().map((text) => ({ type: "text", text }));

const pictures = fc
  .tuple(
    fc.constantFrom(png, jpeg, gif, webp),
    fc.constantFrom(1, 16, 2000, 2001, 8000),
    fc.constantFrom(1, 2001),
  )
  .map(([draw, width, height]) => draw(width, height).data);

/** Pictures that the service takes alone, if not all together. */
const imageParts = (): fc.Arbitrary<ImagePart> =>
  fc
    .tuple(pictures, fc.constantFrom("image/png", "image/jpg", "IMAGE/JPEG", ""))
    .map(([data, mediaType]) => ({ type: "image", data, mediaType }));

/** Pictures that the service refuses. */
const badImageParts = (): fc.Arbitrary<ImagePart> =>
  fc
    .constantFrom(
      "",
      "iVBOR",
      "data:image/png;base64,iVBORw0KGgo=",
      Buffer.from("<svg/>").toString("base64"),
      png(8001, 1).data,
      png(1, 1).data + "A".repeat(5_242_880),
    )
    .map((data) => ({ type: "image", data, mediaType: "image/png" }));

const documentParts = (): fc.Arbitrary<DocumentPart> =>
  fc
    .tuple(
      fc.oneof(texts(), fc.constantFrom("notes", "Notes", "notes.md", "n".repeat(300))),
      texts(),
      fc.constantFrom("text/plain", "Text/Markdown; charset=utf-8", "text/csv", "application/json"),
    )
    .map(([name, text, mediaType]) => ({
      type: "document",
      name,
      mediaType,
      data: Buffer.from(text).toString("base64"),
    }));

const resultParts = (): fc.Arbitrary<ResultPart> =>
  fc.oneof(
    { weight: 6, arbitrary: textParts() },
    { weight: 2, arbitrary: imageParts() },
    { weight: 1, arbitrary: documentParts() },
  );

const toolResults = (): fc.Arbitrary<ToolResultPart> =>
  fc.record({
    type: fc.constant("tool-result"),
    callId: ids(),
    parts: fc.array(resultParts(), { maxLength: 3 }),
    isError: fc.boolean(),
  });

const toolCalls = (): fc.Arbitrary<ToolCallPart> =>
  fc.record({ type: fc.constant("tool-call"), id: ids(), name: toolNames(), input: jsonObjects() });

const userParts = (): fc.Arbitrary<UserPart> => fc.oneof(resultParts(), toolResults());

const assistantParts = (): fc.Arbitrary<AssistantPart> =>
  fc.oneof(
    { weight: 3, arbitrary: textParts() },
    { weight: 3, arbitrary: toolCalls() },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("reasoning"), text: texts(), signature: origins }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("redacted-reasoning"), data: origins }) },
  );

/** Where a signature comes from; anything else stands for itself. */
const origins = fc.oneof(
  { weight: 4, arbitrary: fc.constant("own") },
  { weight: 2, arbitrary: fc.constantFrom("edited", "other model", "other conversation", "", "aqb1.") },
  { weight: 1, arbitrary: texts() },
);

/** The conversation with signatures as this bridge gave them to clients who asked that model in that conversation. */
const sealedFor = (scope: ReasoningScope, conversation: Conversation): Conversation => ({
  ...conversation,
  messages: conversation.messages.map((message) =>
    message.role === "assistant"
      ? { ...message, parts: message.parts.map((part) => sealPart(part, scope)) }
      : message,
  ),
});

function sealPart(part: AssistantPart, scope: ReasoningScope): AssistantPart {
  if (part.type === "reasoning") return { ...part, signature: sealText(part.text, part.signature, scope) };
  if (part.type !== "redacted-reasoning") return part;
  if (part.data === "other model") return { ...part, data: sealRedacted("AAEC", { ...scope, modelId: "m" }) };
  if (part.data === "edited") return { ...part, data: sealRedacted("AAEC", scope).replace("AAEC", "AAED") };
  return { ...part, data: sealText("...", part.data, scope) };
}

function sealText(text: string, origin: string, scope: ReasoningScope): string {
  const seal = (changed: Partial<ReasoningScope & { text: string }>) => {
    const reasoning = { ...scope, text, ...changed };
    return sealReasoning({ ...reasoning, signature: signatureOf(reasoning) });
  };
  switch (origin) {
    case "own":
      return seal({});
    case "edited":
      return seal({ text: `${text}!` });
    case "other model":
      return seal({ modelId: "other" });
    case "other conversation":
      return seal({ conversationId: "other" });
    default:
      return origin;
  }
}

const messages = (): fc.Arbitrary<Message> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(
        {
          role: fc.constant("user"),
          parts: fc.array(userParts(), { maxLength: 5 }),
          cacheAfter: fc.boolean(),
        },
        { requiredKeys: ["role", "parts"] },
      ),
    },
    {
      weight: 4,
      arbitrary: fc.record(
        {
          role: fc.constant("assistant"),
          parts: fc.array(assistantParts(), { maxLength: 5 }),
          cacheAfter: fc.boolean(),
        },
        { requiredKeys: ["role", "parts"] },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record(
        { role: fc.constant("system"), text: texts(), cacheAfter: fc.boolean() },
        { requiredKeys: ["role", "text"] },
      ),
    },
  );

export const tools = (): fc.Arbitrary<Tool> =>
  fc.record({
    name: toolNames(),
    description: fc.oneof(texts(), fc.constant("d👍".repeat(4000))),
    inputSchema: schemas(),
  });

const toolChoices = (): fc.Arbitrary<ToolChoice> =>
  fc.oneof(
    fc.constantFrom<ToolChoice>({ type: "auto" }, { type: "none" }, { type: "required" }),
    fc.record({ type: fc.constant("tool"), name: toolNames() }),
  );

export const settings = (): fc.Arbitrary<Settings> =>
  fc.record(
    {
      maxTokens: fc.nat(),
      stopSequences: fc.array(texts(), { maxLength: 2 }),
      parallelToolCalls: fc.boolean(),
      reasoning: fc.record(
        {
          enabled: fc.boolean(),
          effort: fc.constantFrom(...efforts),
          budgetTokens: fc.nat({ max: 100_000 }),
          shown: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );

/** Conversations of any kind, in any order of messages, whose media the service takes. */
export const conversations = (): fc.Arbitrary<Conversation> =>
  fc.record(
    {
      model: fc.constant("claude-sonnet-4.5"),
      system: fc.array(texts(), { maxLength: 2 }),
      cacheSystem: fc.boolean(),
      messages: fc.array(messages(), { maxLength: 12 }),
      tools: fc.array(tools(), { maxLength: 5 }),
      toolChoice: toolChoices(),
      settings: settings(),
    },
    { requiredKeys: ["model", "system", "messages", "tools", "toolChoice", "settings"] },
  );

/** More messages than the service takes in a history: those of a conversation over and over, each text told apart. */
export const longConversations = (): fc.Arbitrary<Conversation> =>
  fc.tuple(conversations(), fc.integer({ min: 251, max: 900 })).map(([conversation, length]) => {
    const { messages } = conversation;
    const repeated = Array.from({ length }, (_, index) => messages[index % Math.max(1, messages.length)]);
    return {
      ...conversation,
      messages: repeated.flatMap((message, index) => (message ? [numbered(message, index)] : [])),
    };
  });

function numbered(message: Message, index: number): Message {
  const number = <Part extends { type: string }>(part: Part): Part =>
    "text" in part && part.type === "text" ? { ...part, text: `${part.text} #${index}` } : part;
  switch (message.role) {
    case "user":
      return { ...message, parts: message.parts.map(number) };
    case "assistant":
      return { ...message, parts: message.parts.map(number) };
    case "system":
      return { ...message, text: `${message.text} #${index}` };
  }
}

const modelsThatDiffer: readonly ServiceModel[] = [
  ...builtInModels,
  { ...modelNamed("claude-opus-5"), acceptsDocuments: true, maxCacheMarks: 1 },
  { ...modelNamed("claude-sonnet-4.5"), acceptsDocuments: true },
];

export interface Asked {
  conversation: Conversation;
  context: RequestContext;
}

/** Such conversations with any model and any repair, and signatures that this bridge gave for them among others. */
export const askedOf = (given: fc.Arbitrary<Conversation>): fc.Arbitrary<Asked> =>
  fc
    .tuple(
      given,
      fc.constantFrom(...modelsThatDiffer),
      fc.constantFrom(undefined, "flatten-tools", "drop-reasoning", "prune-schemas", "simplify-tools"),
    )
    .map(([conversation, model, repair]) => {
      const context = { ...requestContext, model, repair };
      const scope = { modelId: model.id, conversationId: context.conversationId };
      return { conversation: sealedFor(scope, conversation), context };
    });

/** As `conversations`, with pictures among them that the service refuses. */
export const conversationsWithBadImages = (): fc.Arbitrary<Conversation> =>
  fc
    .tuple(conversations(), fc.array(badImageParts(), { minLength: 1, maxLength: 3 }), fc.nat())
    .map(([conversation, parts, position]) => ({
      ...conversation,
      messages: conversation.messages.toSpliced(position % (conversation.messages.length + 1), 0, {
        role: "user",
        parts,
      }),
    }));
