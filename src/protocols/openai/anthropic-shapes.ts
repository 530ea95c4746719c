import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { open, optional } from "../../http/schema.ts";
import { Content } from "./schema.ts";

/** Shapes of Anthropic's protocol, which Cursor mixes into this one for models with Claude in their names. */
const ToolUseBlock = open({
  type: Type.Literal("tool_use"),
  id: Type.String(),
  name: Type.String(),
  input: Type.Unknown(),
});
const ToolResultBlock = open({
  type: Type.Literal("tool_result"),
  tool_use_id: Type.String(),
  content: Type.Optional(Content),
  is_error: optional(Type.Boolean()),
});
const Base64Source = open({ type: Type.Literal("base64"), media_type: Type.String(), data: Type.String() });
const ImageBlock = open({ type: Type.Literal("image"), source: Base64Source });
const DocumentBlock = open({
  type: Type.Literal("document"),
  title: optional(Type.String()),
  source: Base64Source,
});
/** As other proxies give them to clients, which send them back. */
const ThinkingPart = open({
  type: Type.Union([Type.Literal("thinking"), Type.Literal("reasoning"), Type.Literal("redacted_thinking")]),
  thinking: optional(Type.String()),
  text: optional(Type.String()),
  signature: optional(Type.String()),
  data: optional(Type.String()),
});
const AnthropicTool = open({
  type: optional(Type.Literal("custom")),
  name: Type.String({ minLength: 1 }),
  description: optional(Type.String()),
  input_schema: Type.Unknown(),
});

export type ToolResultBlock = Static<typeof ToolResultBlock>;
export type ThinkingPart = Static<typeof ThinkingPart>;

const is =
  <Shape extends TSchema>(shape: Shape) =>
  (value: unknown): value is Static<Shape> =>
    Value.Check(shape, value);

export const isToolUse = is(ToolUseBlock);
export const isToolResult = is(ToolResultBlock);
export const isImage = is(ImageBlock);
export const isDocument = is(DocumentBlock);
export const isThinking = is(ThinkingPart);
export const isAnthropicTool = is(AnthropicTool);
