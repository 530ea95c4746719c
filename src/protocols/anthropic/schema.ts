import { type Static, Type } from "@sinclair/typebox";
import { nullable, open, optional, variants } from "../../http/schema.ts";
import { efforts } from "../../turn/conversation.ts";
import { StopSequences } from "../stop-sequences.ts";
import { UserLocation } from "../user-location.ts";

const cacheable = { cache_control: optional(Type.Unknown()) };
const TextBlock = open({ type: Type.Literal("text"), text: Type.String(), ...cacheable });

const Base64Source = open({ type: Type.Literal("base64"), media_type: Type.String(), data: Type.String() });
const UrlSource = open({ type: Type.Literal("url"), url: Type.String() });
const FileSource = open({ type: Type.Literal("file"), file_id: Type.String() });
const ImageBlock = open({
  type: Type.Literal("image"),
  source: Type.Union([Base64Source, UrlSource, FileSource]),
});
const TextSource = open({ type: Type.Literal("text"), data: Type.String() });
const ContentSource = open({
  type: Type.Literal("content"),
  content: Type.Union([Type.String(), Type.Array(Type.Union([TextBlock, ImageBlock]))]),
});
const DocumentBlock = open({
  type: Type.Literal("document"),
  title: optional(Type.String()),
  context: optional(Type.String()),
  source: Type.Union([Base64Source, UrlSource, FileSource, TextSource, ContentSource]),
});
const SearchResultBlock = open({
  type: Type.Literal("search_result"),
  source: Type.String(),
  title: Type.String(),
  content: Type.Array(TextBlock),
});
const ToolReferenceBlock = open({ type: Type.Literal("tool_reference"), tool_name: Type.String() });

export const resultBlocks = variants(
  TextBlock,
  ImageBlock,
  DocumentBlock,
  SearchResultBlock,
  ToolReferenceBlock,
);

const ToolResultBlock = open({
  type: Type.Literal("tool_result"),
  tool_use_id: Type.String(),
  content: optional(Type.Union([Type.String(), Type.Array(resultBlocks.schema)])),
  is_error: optional(Type.Boolean()),
});
const ToolUseBlock = open({
  type: Type.Literal("tool_use"),
  id: Type.String(),
  name: Type.String(),
  input: Type.Unknown(),
});
const ThinkingBlock = open({
  type: Type.Literal("thinking"),
  thinking: Type.String(),
  signature: optional(Type.String()),
});
const ServerToolUseBlock = open({
  type: Type.Literal("server_tool_use"),
  id: Type.String(),
  name: Type.String(),
  input: Type.Unknown(),
});
const SearchOutcomeBlock = open({
  type: Type.Literal("web_search_tool_result"),
  tool_use_id: Type.String(),
  content: Type.Union([
    Type.Array(
      open({
        url: Type.String(),
        title: Type.String(),
        encrypted_content: Type.String(),
        page_age: optional(Type.String()),
      }),
    ),
    open({ error_code: Type.String() }),
  ]),
});
const RedactedThinkingBlock = open({ type: Type.Literal("redacted_thinking"), data: Type.String() });

const CustomTool = open({
  type: optional(Type.Literal("custom")),
  name: Type.String({ minLength: 1 }),
  description: optional(Type.String()),
  input_schema: Type.Unknown(),
  ...cacheable,
});
const WebSearchTool = open({
  type: Type.String({ pattern: "^web_search_" }),
  name: Type.Optional(Type.String()),
  max_uses: optional(Type.Integer({ minimum: 1 })),
  allowed_domains: optional(Type.Array(Type.String())),
  blocked_domains: optional(Type.Array(Type.String())),
  user_location: optional(UserLocation),
});
/** Tools that Anthropic defines; some of them run on its own servers. */
const DefinedTool = open({
  type: Type.String({ pattern: "^(?!custom$|web_search_)" }),
  name: Type.Optional(Type.String()),
  display_width_px: Type.Optional(Type.Unknown()),
  display_height_px: Type.Optional(Type.Unknown()),
});
const RequestTool = Type.Union([CustomTool, WebSearchTool, DefinedTool]);
export type CustomTool = Static<typeof CustomTool>;
export type WebSearchTool = Static<typeof WebSearchTool>;
export type DefinedTool = Static<typeof DefinedTool>;
export type RequestTool = Static<typeof RequestTool>;

/** The tool that a message changes: one that is declared already, or one that it declares. */
export const changedTools = variants(
  open({ type: Type.Literal("tool_reference"), name: Type.String() }),
  open({ type: Type.Literal("tool_definition"), definition: RequestTool }),
);
export type ChangedTool = Static<typeof changedTools.schema>;
const ToolAdditionBlock = open({
  type: Type.Literal("tool_addition"),
  tool: changedTools.schema,
});
const ToolRemovalBlock = open({ type: Type.Literal("tool_removal"), tool: changedTools.schema });
export const toolChanges = variants(ToolAdditionBlock, ToolRemovalBlock);
export type ToolChangeBlock = Static<typeof ToolAdditionBlock> | Static<typeof ToolRemovalBlock>;

/** Another server's summary of the conversation before it; without content, it failed to make one. */
const CompactionBlock = open({
  type: Type.Literal("compaction"),
  content: optional(Type.String()),
  /** The changes in the messages that it stands for. */
  tool_changes: optional(Type.Array(toolChanges.schema)),
});

export const contentBlocks = variants(
  TextBlock,
  ToolUseBlock,
  ToolResultBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
  ImageBlock,
  DocumentBlock,
  SearchResultBlock,
  ServerToolUseBlock,
  SearchOutcomeBlock,
  CompactionBlock,
  ToolAdditionBlock,
  ToolRemovalBlock,
);

export type ContentBlock = Static<typeof contentBlocks.schema>;
export type ResultBlock = Static<typeof resultBlocks.schema>;
export type ImageBlock = Static<typeof ImageBlock>;
export type TextBlock = Static<typeof TextBlock>;
export type DocumentBlock = Static<typeof DocumentBlock>;
export type SearchResultBlock = Static<typeof SearchResultBlock>;
export type SearchOutcomeBlock = Static<typeof SearchOutcomeBlock>;
export type ToolResultBlock = Static<typeof ToolResultBlock>;

const Effort = Type.Union(efforts.map((effort) => Type.Literal(effort)));
const Content = Type.Union([Type.String(), Type.Array(contentBlocks.schema)]);
const RequestMessage = Type.Union([
  open({ role: Type.Union([Type.Literal("user"), Type.Literal("assistant")]), content: Content }),
  open({
    role: Type.Literal("system"),
    content: optional(Content),
    clear_at: optional(Type.String()),
    output_config: optional(open({ effort: optional(Effort) })),
  }),
]);
export type RequestMessage = Static<typeof RequestMessage>;

const isParallelOff = { disable_parallel_tool_use: optional(Type.Boolean()) };
const ToolChoice = Type.Union([
  open({ type: Type.Literal("auto"), ...isParallelOff }),
  open({ type: Type.Literal("any"), ...isParallelOff }),
  open({ type: Type.Literal("tool"), name: Type.String(), ...isParallelOff }),
  open({ type: Type.Literal("none"), ...isParallelOff }),
]);

const Thinking = Type.Union([
  open({
    type: Type.Literal("enabled"),
    budget_tokens: Type.Integer({ minimum: 0 }),
    display: optional(Type.String()),
  }),
  open({ type: Type.Literal("adaptive"), display: optional(Type.String()) }),
  open({ type: Type.Literal("between_tools") }),
  open({ type: Type.Literal("disabled") }),
]);
const OutputFormat = optional(open({ type: Type.Literal("json_schema"), schema: open({}) }));
const OutputConfig = open({ effort: optional(Effort), format: OutputFormat });

const conversation = {
  model: Type.String({ minLength: 1 }),
  messages: Type.Array(RequestMessage, { minItems: 1, maxItems: 20_000 }),
  system: optional(Type.Union([Type.String(), Type.Array(TextBlock)])),
  tools: optional(Type.Array(RequestTool, { maxItems: 10_000 })),
  tool_choice: optional(ToolChoice),
};

/** Body of `POST /v1/messages`. */
export const MessagesRequest = open({
  ...conversation,
  /** 0 asks for no answer, only to have the prompt cached. */
  max_tokens: optional(Type.Integer({ minimum: 0 })),
  stop_sequences: optional(StopSequences),
  stream: optional(Type.Boolean()),
  thinking: optional(Thinking),
  output_config: optional(OutputConfig),
  output_format: OutputFormat,
  ...cacheable,
});
export type MessagesRequest = Static<typeof MessagesRequest>;

/** Body of `POST /v1/messages/count_tokens`. */
export const CountTokensRequest = open(conversation);
export type CountTokensRequest = Static<typeof CountTokensRequest>;

export const CountTokensAnswer = Type.Object({
  input_tokens: Type.Integer({ minimum: 0 }),
  context_management: Type.Null(),
});

/** Body of an answer that is not streamed. */
export const MessagesAnswer = open({
  id: Type.String(),
  type: Type.Literal("message"),
  role: Type.Literal("assistant"),
  model: Type.String(),
  content: Type.Array(open({ type: Type.String() })),
  stop_reason: nullable(Type.String()),
  stop_sequence: nullable(Type.String()),
  usage: open({ input_tokens: Type.Integer(), output_tokens: Type.Integer() }),
});
