import { type Static, Type } from "@sinclair/typebox";
import { nullable, open, optional, variants } from "../../http/schema.ts";
import { ReasoningEffort } from "../openai-terms.ts";
import { UserLocation } from "../user-location.ts";

export const InputText = open({ type: Type.Literal("input_text"), text: Type.String() });
export const OutputText = open({ type: Type.Literal("output_text"), text: Type.String() });
const Refusal = open({ type: Type.Literal("refusal"), refusal: Type.String() });
export const InputImage = open({
  type: Type.Literal("input_image"),
  image_url: optional(Type.String()),
  file_id: optional(Type.String()),
});
export const InputFile = open({
  type: Type.Literal("input_file"),
  file_data: optional(Type.String()),
  file_id: optional(Type.String()),
  file_url: optional(Type.String()),
  filename: optional(Type.String()),
});
const InputAudio = open({ type: Type.Literal("input_audio") });

export const contentParts = variants(InputText, OutputText, Refusal, InputImage, InputFile, InputAudio);
export type ContentPart = Static<typeof contentParts.schema>;
const Content = Type.Union([Type.String(), Type.Array(contentParts.schema)]);
export type Content = Static<typeof Content>;

export const FunctionTool = open({
  type: Type.Literal("function"),
  name: Type.String({ minLength: 1 }),
  description: optional(Type.String()),
  parameters: Type.Optional(Type.Unknown()),
});
export const CustomTool = open({
  type: Type.Literal("custom"),
  name: Type.String({ minLength: 1 }),
  description: optional(Type.String()),
  format: Type.Optional(Type.Unknown()),
});
const NamespaceTool = open({
  type: Type.Literal("namespace"),
  name: Type.String({ minLength: 1 }),
  tools: Type.Array(Type.Union([FunctionTool, CustomTool])),
});
const webSearchTool = <Name extends string>(type: Name) =>
  open({
    type: Type.Literal(type),
    filters: optional(open({ allowed_domains: optional(Type.Array(Type.String())) })),
    user_location: optional(UserLocation),
  });
export type FunctionTool = Static<typeof FunctionTool>;
export type CustomTool = Static<typeof CustomTool>;
export type WebSearchTool = Static<ReturnType<typeof webSearchTool>>;
export const toolVariants = variants(
  FunctionTool,
  CustomTool,
  NamespaceTool,
  webSearchTool("web_search"),
  webSearchTool("web_search_2025_08_26"),
  webSearchTool("web_search_preview"),
  webSearchTool("web_search_preview_2025_03_11"),
);
export type RequestTool = Static<typeof toolVariants.schema>;

const Role = Type.Union(["user", "assistant", "system", "developer"].map((role) => Type.Literal(role)));
/** What makes an item a message, whatever its type. */
export const MessageForm = open({ role: Role, content: Content });
const Message = open({ type: Type.Literal("message"), ...MessageForm.properties });
/** The short form, which names no type. */
const EasyMessage = open({ type: optional(Type.Literal("message")), ...MessageForm.properties });
const FunctionCall = open({
  type: Type.Literal("function_call"),
  call_id: Type.String(),
  name: Type.String(),
  arguments: Type.String(),
  namespace: optional(Type.String()),
});
const FunctionCallOutput = open({
  type: Type.Literal("function_call_output"),
  call_id: Type.String(),
  output: Content,
});
const CustomCall = open({
  type: Type.Literal("custom_tool_call"),
  call_id: Type.String(),
  name: Type.String(),
  input: Type.String(),
  namespace: optional(Type.String()),
});
const CustomCallOutput = open({
  type: Type.Literal("custom_tool_call_output"),
  call_id: Type.String(),
  output: Content,
});
const Reasoning = open({
  type: Type.Literal("reasoning"),
  id: optional(Type.String()),
  summary: optional(Type.Array(open({ text: Type.String() }))),
  encrypted_content: optional(Type.String()),
});
const steps = [FunctionCall, FunctionCallOutput, CustomCall, CustomCallOutput, Reasoning] as const;
/** What a model did on its way to an answer, and what came of it. */
export const StepItem = Type.Union([...steps]);
export type StepItem = Static<typeof StepItem>;
const WebSearchCall = open({
  type: Type.Literal("web_search_call"),
  id: Type.String(),
  action: optional(
    open({
      query: optional(Type.String()),
      queries: optional(Type.Array(Type.String())),
      url: optional(Type.String()),
      sources: optional(Type.Array(open({ url: optional(Type.String()) }))),
    }),
  ),
});
/** Tools on offer from here on; this is how Codex offers its tools to the models that it knows best. */
const AdditionalTools = open({
  type: Type.Literal("additional_tools"),
  tools: Type.Array(toolVariants.schema, { maxItems: 10_000 }),
});

export const Format = Type.Union([
  open({ type: Type.Literal("text") }),
  open({ type: Type.Literal("json_object") }),
  open({ type: Type.Literal("json_schema"), schema: open({}), description: optional(Type.String()) }),
]);
const settings = {
  reasoning: optional(open({ effort: optional(ReasoningEffort) })),
  text: optional(open({ format: optional(Format) })),
};
/** Settings from here on, whatever the request says. */
const ConfigurationUpdate = open({ type: Type.Literal("configuration_update"), ...settings });

const knownItems = [Message, ...steps, WebSearchCall, AdditionalTools, ConfigurationUpdate] as const;
export const inputItems = variants(...knownItems);
export const InputItem = Type.Union([inputItems.schema, EasyMessage]);

/** Stands for an item of an earlier answer. */
const ItemReference = open({ type: Type.Literal("item_reference"), id: Type.String({ minLength: 1 }) });
/** The short form, which names no type. */
const EasyReference = open({
  type: Type.Optional(Type.Null()),
  id: Type.String({ minLength: 1 }),
  role: Type.Optional(Type.Never()),
  content: Type.Optional(Type.Never()),
});
const RequestItem = Type.Union([variants(...knownItems, ItemReference).schema, EasyMessage, EasyReference]);
export type ItemReference = Static<typeof ItemReference> | Static<typeof EasyReference>;
export type EasyMessage = Static<typeof EasyMessage>;
export type RequestItem = Static<typeof RequestItem>;
export type WebSearchCall = Static<typeof WebSearchCall>;
export type ConfigurationUpdate = Static<typeof ConfigurationUpdate>;
export type InputItem = Static<typeof InputItem>;

const ChosenTool = open({
  type: Type.String({ pattern: "^(?!allowed_tools$)" }),
  name: optional(Type.String()),
});
const AllowedTools = open({
  type: Type.Literal("allowed_tools"),
  mode: Type.Union([Type.Literal("auto"), Type.Literal("required")]),
  tools: Type.Array(ChosenTool),
});
const ToolChoice = Type.Union([
  Type.Literal("none"),
  Type.Literal("auto"),
  Type.Literal("required"),
  AllowedTools,
  ChosenTool,
]);
export type ChosenTool = Static<typeof ChosenTool>;
export type AllowedTools = Static<typeof AllowedTools>;

/** Body of `POST /v1/responses`. */
export const ResponsesRequest = open({
  model: Type.String({ minLength: 1 }),
  input: Type.Union([Type.String(), Type.Array(RequestItem, { maxItems: 20_000 })]),
  instructions: optional(Type.String()),
  tools: optional(Type.Array(toolVariants.schema, { maxItems: 10_000 })),
  tool_choice: optional(ToolChoice),
  parallel_tool_calls: optional(Type.Boolean()),
  ...settings,
  max_output_tokens: optional(Type.Integer({ minimum: 1 })),
  include: optional(Type.Array(Type.String())),
  max_tool_calls: optional(Type.Integer({ minimum: 1 })),
  metadata: Type.Optional(Type.Unknown()),
  previous_response_id: optional(Type.String()),
  store: optional(Type.Boolean()),
  stream: optional(Type.Boolean()),
});
export type ResponsesRequest = Static<typeof ResponsesRequest>;

/** Body of `POST /v1/responses/input_tokens`. */
export const InputTokensRequest = open({
  ...ResponsesRequest.properties,
  model: optional(ResponsesRequest.properties.model),
  input: optional(ResponsesRequest.properties.input),
});

export const InputTokensAnswer = Type.Object({
  object: Type.Literal("response.input_tokens"),
  input_tokens: Type.Integer({ minimum: 0 }),
});

/** Body of an answer that is not streamed. */
export const ResponsesAnswer = open({
  id: Type.String(),
  object: Type.Literal("response"),
  created_at: Type.Integer(),
  status: Type.String(),
  model: Type.String(),
  output: Type.Array(open({ type: Type.String() })),
  usage: nullable(
    open({ input_tokens: Type.Integer(), output_tokens: Type.Integer(), total_tokens: Type.Integer() }),
  ),
});
