import { BridgeError } from "../../errors.ts";
import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { isAnthropicTool } from "./anthropic-shapes.ts";
import {
  type ChatCompletionRequest,
  type FunctionDefinition,
  type RequestTool,
  toolVariants,
} from "./schema.ts";

/** The tools that the model may call, and whether it must. */
export function decodeTools(request: ChatCompletionRequest): { tools: Tool[]; toolChoice: ToolChoice } {
  const tools = offeredTools(request);
  const { tool_choice: choice, function_call: legacy } = request;
  if (!choice) return { tools, toolChoice: legacy ? decodeLegacyChoice(legacy) : { type: "auto" } };
  if (typeof choice === "string") return { tools, toolChoice: { type: choice } };
  switch (choice.type) {
    case "function":
      return { tools, toolChoice: { type: "tool", name: choice.function.name } };
    case "tool":
      return { tools, toolChoice: { type: "tool", name: choice.name } };
    case "any":
      return { tools, toolChoice: { type: "required" } };
    case "auto":
    case "none":
      return { tools, toolChoice: { type: choice.type } };
    case "allowed_tools": {
      const allowed = new Set(choice.allowed_tools.tools.map((tool) => tool.function?.name));
      return {
        tools: tools.filter(({ name }) => allowed.has(name)),
        toolChoice: { type: choice.allowed_tools.mode },
      };
    }
  }
}

const decodeLegacyChoice = (choice: NonNullable<ChatCompletionRequest["function_call"]>): ToolChoice =>
  typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };

function offeredTools({ tools, functions }: ChatCompletionRequest): Tool[] {
  const offered = (tools ?? []).flatMap((tool, index) => decodeTool(tool, `tools[${index}]`));
  return [...offered, ...(functions ?? []).map(decodeFunction)];
}

function decodeTool(tool: RequestTool, path: string): Tool[] {
  if (isAnthropicTool(tool))
    return [{ name: tool.name, description: tool.description ?? "", inputSchema: tool.input_schema }];
  if (!tool.type) throw refused(`${path}.type`, `${path}.type: must be "function"`, "invalid_value");
  if (toolVariants.isKnown(tool)) return [decodeFunction(tool.function)];
  if (tool.type !== "custom") return [];
  const message = `${path}: custom tools are not supported here; offer a function, or use /v1/responses.`;
  throw refused(`${path}.type`, message, "unsupported_parameter");
}

const refused = (param: string, message: string, code: string) =>
  new BridgeError("invalid-request", message, { code, param });

const decodeFunction = ({ name, description, parameters }: FunctionDefinition): Tool => ({
  name,
  description: description ?? "",
  inputSchema: parameters ?? {},
});
