import { BridgeError } from "../../errors.ts";
import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { searchTool } from "../../turn/web-search.ts";
import { placeName } from "../user-location.ts";
import { isAnthropicTool } from "./anthropic-shapes.ts";
import {
  type ChatCompletionRequest,
  type FunctionDefinition,
  type RequestTool,
  toolVariants,
} from "./schema.ts";

export interface OfferedTools {
  tools: readonly Tool[];
  /** Names of tools that nobody here can run. */
  leftOut: readonly string[];
}

/** The tools that the model may call: functions, and a search of the web. */
export function offerTools(request: ChatCompletionRequest): OfferedTools {
  const { tools: requested, functions, web_search_options: search } = request;
  const tools: Tool[] = [];
  const leftOut: string[] = [];
  let isSearch = !!search;
  for (const [index, tool] of (requested ?? []).entries()) {
    const decoded = decodeTool(tool, `tools[${index}]`);
    if (decoded) tools.push(decoded);
    else if (tool.type?.startsWith("web_search")) isSearch = true;
    else if (tool.type) leftOut.push(tool.type);
  }
  tools.push(...(functions ?? []).map(decodeFunction));
  const allowed = allowedTools(request, tools);
  if (!isSearch) return { tools: allowed, leftOut };
  const names = tools.map(({ name }) => name);
  return {
    tools: [...allowed, searchTool({}, placeName(search?.user_location?.approximate), names)],
    leftOut,
  };
}

/** Whether the model must call a tool, and which. */
export function decodeToolChoice({
  tool_choice: choice,
  function_call: legacy,
}: ChatCompletionRequest): ToolChoice {
  if (!choice) return legacy ? decodeLegacyChoice(legacy) : { type: "auto" };
  if (typeof choice === "string") return { type: choice };
  switch (choice.type) {
    case "function":
      return { type: "tool", name: choice.function.name };
    case "tool":
      return { type: "tool", name: choice.name };
    case "any":
      return { type: "required" };
    case "auto":
    case "none":
      return { type: choice.type };
    case "allowed_tools":
      return { type: choice.allowed_tools.mode };
  }
}

function allowedTools(
  { tool_choice: choice }: ChatCompletionRequest,
  tools: readonly Tool[],
): readonly Tool[] {
  if (typeof choice !== "object" || choice?.type !== "allowed_tools") return tools;
  const allowed = new Set(choice.allowed_tools.tools.map((tool) => tool.function?.name));
  return tools.filter(({ name }) => allowed.has(name));
}

const decodeLegacyChoice = (choice: NonNullable<ChatCompletionRequest["function_call"]>): ToolChoice =>
  typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };

/** Undefined for a tool that is no function; custom ones are refused. */
function decodeTool(tool: RequestTool, path: string): Tool | undefined {
  if (isAnthropicTool(tool))
    return { name: tool.name, description: tool.description ?? "", inputSchema: tool.input_schema };
  if (!tool.type) throw refused(`${path}.type`, `${path}.type: must be "function"`, "invalid_value");
  if (toolVariants.isKnown(tool)) return decodeFunction(tool.function);
  if (tool.type !== "custom") return undefined;
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
