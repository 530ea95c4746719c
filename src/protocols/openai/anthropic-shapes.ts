import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { open, optional } from "../../http/schema.ts";
import { Content } from "./schema.ts";

/** Shapes of Anthropic's protocol, which Cursor puts into this one for models with Claude in their names. */
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
/** As proxies give them to their clients, which send them back. */
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

export type ToolUseBlock = Static<typeof ToolUseBlock>;
export type ToolResultBlock = Static<typeof ToolResultBlock>;
export type ThinkingPart = Static<typeof ThinkingPart>;

export const isToolUse = (part: object): part is ToolUseBlock => Value.Check(ToolUseBlock, part);
export const isToolResult = (part: object): part is ToolResultBlock => Value.Check(ToolResultBlock, part);
export const isImage = (part: object): part is Static<typeof ImageBlock> => Value.Check(ImageBlock, part);
export const isDocument = (part: object): part is Static<typeof DocumentBlock> =>
  Value.Check(DocumentBlock, part);
export const isThinking = (part: object): part is ThinkingPart => Value.Check(ThinkingPart, part);
export const isAnthropicTool = (tool: object): tool is Static<typeof AnthropicTool> =>
  Value.Check(AnthropicTool, tool);
