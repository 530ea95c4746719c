import { BridgeError } from "../../errors.ts";
import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { type ChatCompletionRequest, toolVariants } from "./schema.ts";

/** The tools that the model may call, and whether it must. */
export function decodeTools(request: ChatCompletionRequest): { tools: Tool[]; toolChoice: ToolChoice } {
  const tools = offeredTools(request);
  const { tool_choice: choice, function_call: legacy } = request;
  if (!choice) return { tools, toolChoice: legacy ? decodeLegacyChoice(legacy) : { type: "auto" } };
  if (typeof choice === "string") return { tools, toolChoice: { type: choice } };
  if (choice.type === "function") return { tools, toolChoice: { type: "tool", name: choice.function.name } };

  const allowed = new Set(choice.allowed_tools.tools.map((tool) => tool.function?.name));
  return {
    tools: tools.filter(({ name }) => allowed.has(name)),
    toolChoice: { type: choice.allowed_tools.mode },
  };
}

const decodeLegacyChoice = (choice: NonNullable<ChatCompletionRequest["function_call"]>): ToolChoice =>
  typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };

function offeredTools({ tools, functions }: ChatCompletionRequest): Tool[] {
  const definitions = (tools ?? []).flatMap((tool, index) => {
    if (toolVariants.isKnown(tool)) return tool.function;
    if (tool.type !== "custom") return [];
    throw new BridgeError(
      "invalid-request",
      `tools[${index}]: custom tools are not supported here; offer a function, or use /v1/responses.`,
      { code: "unsupported_parameter", param: `tools[${index}].type` },
    );
  });
  return [...definitions, ...(functions ?? [])].map(({ name, description, parameters }) => ({
    name,
    description: description ?? "",
    inputSchema: parameters ?? {},
  }));
}
