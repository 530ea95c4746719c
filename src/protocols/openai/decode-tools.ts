import { BridgeError } from "../../errors.ts";
import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { searchTool } from "../../turn/web-search.ts";
import { offerAll, offerAllowed, type ToolOffer } from "../tool-choice.ts";
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

/** The tools on offer: functions, and a search of the web. */
export function offerTools({
  tools: requested,
  functions,
  web_search_options: search,
}: ChatCompletionRequest): OfferedTools {
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
  if (!isSearch) return { tools, leftOut };
  const names = tools.map(({ name }) => name);
  return { tools: [...tools, searchTool({}, placeName(search?.user_location?.approximate), names)], leftOut };
}

/** Whether a client wants to hear of calls as before there were tools: of one an answer, and without an id. */
export const wantsFunctionCalls = ({ functions, tools }: ChatCompletionRequest): boolean =>
  !!functions?.length && !tools?.length;

/** Those of the tools that the model may call, and whether it must. */
export function chooseTools(
  { tool_choice: choice, function_call: legacy }: ChatCompletionRequest,
  tools: readonly Tool[],
): ToolOffer {
  if (!choice) return offerAll(tools, decodeLegacyChoice(legacy), "function_call");
  if (typeof choice === "string") return offerAll(tools, { type: choice });
  switch (choice.type) {
    case "function":
      return offerAll(tools, { type: "tool", name: choice.function.name });
    case "tool":
      return offerAll(tools, { type: "tool", name: choice.name });
    case "any":
      return offerAll(tools, { type: "required" });
    case "auto":
    case "none":
      return offerAll(tools, { type: choice.type });
    case "allowed_tools": {
      const names = new Set(choice.allowed_tools.tools.map((tool) => tool.function?.name));
      // A list of functions says nothing of the search.
      return offerAllowed(
        tools,
        ({ name, webSearch }) => !!webSearch || names.has(name),
        choice.allowed_tools,
      );
    }
  }
}

function decodeLegacyChoice(choice: ChatCompletionRequest["function_call"]): ToolChoice {
  if (!choice) return { type: "auto" };
  return typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };
}

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
