import { type Static, Type } from "@sinclair/typebox";
import { nullable, open, optional, variants } from "../../http/schema.ts";
import {
  CustomTool,
  Format,
  FunctionTool,
  InputFile,
  InputImage,
  InputText,
  OutputText,
  StepItem,
} from "../openai-responses/schema.ts";
import { ReasoningEffort } from "../openai-terms.ts";
import { StopSequence, StopSequences } from "../stop-sequences.ts";
import { UserLocation } from "../user-location.ts";

const TextContent = open({ type: Type.Literal("text"), text: Type.String() });
const RefusalContent = open({ type: Type.Literal("refusal"), refusal: Type.String() });
const ImageContent = open({ type: Type.Literal("image_url"), image_url: open({ url: Type.String() }) });
const FileContent = open({
  type: Type.Literal("file"),
  file: open({
    file_data: optional(Type.String()),
    file_id: optional(Type.String()),
    filename: optional(Type.String()),
  }),
});
const AudioContent = open({ type: Type.Literal("input_audio"), input_audio: Type.Unknown() });

export const contentParts = variants(
  TextContent,
  ImageContent,
  FileContent,
  RefusalContent,
  AudioContent,
  InputText,
  OutputText,
  InputImage,
  InputFile,
);
export type ContentPart = Static<typeof contentParts.schema>;

export const Content = optional(Type.Union([Type.String(), Type.Array(contentParts.schema)]));
export type Content = Static<typeof Content> | undefined;

const FunctionCall = open({ name: Type.String(), arguments: optional(Type.String()) });
const ToolCall = Type.Union([
  open({ id: Type.String(), type: optional(Type.Literal("function")), function: FunctionCall }),
  open({
    id: Type.String(),
    type: Type.Literal("custom"),
    custom: open({ name: Type.String(), input: Type.String() }),
  }),
]);
export type HistoryCall = Static<typeof ToolCall>;

const RequestMessage = Type.Union([
  open({ role: Type.Union([Type.Literal("system"), Type.Literal("developer")]), content: Content }),
  open({ role: Type.Literal("user"), name: optional(Type.String()), content: Content }),
  open({
    role: Type.Literal("assistant"),
    content: Content,
    refusal: optional(Type.String()),
    tool_calls: optional(Type.Array(ToolCall)),
    function_call: optional(FunctionCall),
  }),
  open({ role: Type.Literal("tool"), tool_call_id: Type.String(), content: Content }),
  open({ role: Type.Literal("function"), name: Type.String(), content: Content }),
]);
export type RequestMessage = Static<typeof RequestMessage>;

/** A message, or an item of Responses that some clients put among the messages. */
const RequestEntry = Type.Union([RequestMessage, StepItem]);
export type RequestEntry = Static<typeof RequestEntry>;

const FunctionDefinition = Type.Omit(FunctionTool, ["type"]);
const CustomDefinition = Type.Omit(CustomTool, ["type"]);
/** The last two have the shape of Responses, with the members in the tool itself. */
export const toolVariants = variants(
  open({ type: Type.Literal("function"), function: FunctionDefinition }),
  open({ type: Type.Literal("custom"), custom: CustomDefinition }),
  open({ ...FunctionTool.properties, function: Type.Optional(Type.Null()) }),
  open({ ...CustomTool.properties, custom: Type.Optional(Type.Null()) }),
);
/** No tool of this protocol; some clients offer Anthropic's. */
const UntypedTool = open({ type: Type.Optional(Type.Null()) });
const RequestTool = Type.Union([toolVariants.schema, UntypedTool]);
export type RequestTool = Static<typeof RequestTool>;

const Named = open({ name: Type.String() });
/** The name is where this protocol, Responses or Anthropic's puts it. */
const NamedTool = open({ function: optional(Named), custom: optional(Named), name: optional(Type.String()) });
export type NamedTool = Static<typeof NamedTool>;
const AllowedTools = {
  mode: Type.Union([Type.Literal("auto"), Type.Literal("required")]),
  tools: Type.Array(NamedTool),
};
const ToolChoice = Type.Union([
  Type.Literal("none"),
  Type.Literal("auto"),
  Type.Literal("required"),
  open({ type: Type.Literal("function"), function: Named }),
  open({ type: Type.Literal("custom"), custom: Named }),
  open({
    type: Type.Union([Type.Literal("function"), Type.Literal("custom"), Type.Literal("tool")]),
    name: Type.String(),
    function: Type.Optional(Type.Null()),
    custom: Type.Optional(Type.Null()),
  }),
  open({ type: Type.Literal("allowed_tools"), allowed_tools: open(AllowedTools) }),
  open({ type: Type.Literal("allowed_tools"), ...AllowedTools }),
  open({ type: Type.Union([Type.Literal("any"), Type.Literal("auto"), Type.Literal("none")]) }),
]);

const ResponseFormat = Type.Union([
  open({ type: Type.Literal("text") }),
  open({ type: Type.Literal("json_object") }),
  open({
    type: Type.Literal("json_schema"),
    json_schema: open({ schema: optional(open({})), description: optional(Type.String()) }),
  }),
]);

/** Body of `POST /v1/chat/completions`, with the members of Responses that clients mix into it. */
export const ChatCompletionRequest = open({
  model: Type.String({ minLength: 1 }),
  messages: Type.Array(RequestEntry, { minItems: 1, maxItems: 20_000 }),
  instructions: optional(Type.String()),
  tools: optional(Type.Array(RequestTool, { maxItems: 10_000 })),
  functions: optional(Type.Array(FunctionDefinition, { maxItems: 10_000 })),
  tool_choice: optional(ToolChoice),
  function_call: optional(
    Type.Union([Type.Literal("none"), Type.Literal("auto"), open({ name: Type.String() })]),
  ),
  parallel_tool_calls: optional(Type.Boolean()),
  response_format: optional(ResponseFormat),
  text: optional(open({ format: optional(Format) })),
  reasoning_effort: optional(ReasoningEffort),
  reasoning: optional(open({ effort: optional(ReasoningEffort) })),
  max_tokens: optional(Type.Integer({ minimum: 1 })),
  max_completion_tokens: optional(Type.Integer({ minimum: 1 })),
  max_output_tokens: optional(Type.Integer({ minimum: 1 })),
  stop: optional(Type.Union([StopSequence, StopSequences])),
  web_search_options: optional(
    open({ user_location: optional(open({ approximate: optional(UserLocation) })) }),
  ),
  stream: optional(Type.Boolean()),
  stream_options: optional(open({ include_usage: optional(Type.Boolean()) })),
});
export type ChatCompletionRequest = Static<typeof ChatCompletionRequest>;

/** Body of an answer that is not streamed. */
export const ChatCompletionAnswer = open({
  id: Type.String(),
  object: Type.Literal("chat.completion"),
  created: Type.Integer(),
  model: Type.String(),
  choices: Type.Array(
    open({
      index: Type.Integer(),
      message: open({ role: Type.Literal("assistant"), content: nullable(Type.String()) }),
      finish_reason: Type.String(),
    }),
  ),
  usage: Type.Optional(
    open({ prompt_tokens: Type.Integer(), completion_tokens: Type.Integer(), total_tokens: Type.Integer() }),
  ),
});
