import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../src/json.ts";
import type {
  AssistantPart,
  Conversation,
  DocumentPart,
  ImagePart,
  Message,
  ResultPart,
  Settings,
  TextPart,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  UserPart,
} from "../../src/turn/conversation.ts";
import { gif, jpeg, png, webp } from "./images.ts";

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
      texts(),
      texts(),
      fc.constantFrom("text/plain", "text/markdown; charset=utf-8", "application/json"),
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
    textParts(),
    toolCalls(),
    fc.record({ type: fc.constant("reasoning"), text: texts(), signature: texts() }),
    fc.record({ type: fc.constant("redacted-reasoning"), data: texts() }),
  );

const messages = (): fc.Arbitrary<Message> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ role: fc.constant("user"), parts: fc.array(userParts(), { maxLength: 5 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        role: fc.constant("assistant"),
        parts: fc.array(assistantParts(), { maxLength: 5 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ role: fc.constant("system"), text: texts() }) },
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

const settings = (): fc.Arbitrary<Settings> =>
  fc.record(
    {
      maxTokens: fc.nat(),
      stopSequences: fc.array(texts(), { maxLength: 2 }),
      parallelToolCalls: fc.boolean(),
    },
    { requiredKeys: [] },
  );

/** Conversations of any kind, in any order of messages, whose media the service takes. */
export const conversations = (): fc.Arbitrary<Conversation> =>
  fc.record({
    model: fc.constant("claude-sonnet-4.5"),
    system: fc.array(texts(), { maxLength: 2 }),
    messages: fc.array(messages(), { maxLength: 12 }),
    tools: fc.array(tools(), { maxLength: 5 }),
    toolChoice: toolChoices(),
    settings: settings(),
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
