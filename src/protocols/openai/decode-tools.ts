import { BridgeError } from "../../errors.ts";
import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { searchTool } from "../../turn/web-search.ts";
import { offerAll, offerAllowed, type ToolOffer } from "../tool-choice.ts";
import { placeName } from "../user-location.ts";
import { isAnthropicTool } from "./anthropic-shapes.ts";
import type { CallForm, CallFormOf } from "./call-forms.ts";
import { customTool, functionTool } from "./custom-tools.ts";
import { type ChatCompletionRequest, type NamedTool, type RequestTool, toolVariants } from "./schema.ts";

interface OfferedTools {
  tools: readonly Tool[];
  /** Names of tools that nobody here can run. */
  leftOut: readonly string[];
}

/** The tools on offer: functions, those that stand for custom tools, and a search of the web. */
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
  tools.push(...(functions ?? []).map(functionTool));
  if (!isSearch) return { tools, leftOut };
  const names = tools.map(({ name }) => name);
  return { tools: [...tools, searchTool({}, placeName(search?.user_location?.approximate), names)], leftOut };
}

/** Whether a client wants calls as they were before there were tools: one for each answer, without an id. */
export const wantsFunctionCalls = ({ functions, tools }: ChatCompletionRequest): boolean =>
  !!functions?.length && !tools?.length;

/** The form in which the client wants the calls of each tool. */
export function callFormOf(request: ChatCompletionRequest): CallFormOf {
  if (wantsFunctionCalls(request)) return () => "legacy";
  const forms = new Map<string, CallForm>();
  for (const tool of request.tools ?? []) {
    if (!tool.type || isAnthropicTool(tool) || !toolVariants.isKnown(tool)) continue;
    if (tool.type !== "custom") continue;
    if (tool.custom) forms.set(tool.custom.name, "custom");
    else forms.set(tool.name, "text");
  }
  return (name) => forms.get(name) ?? "function";
}

/** The tools that the model may call, and whether it must. */
export function chooseTools(
  { tool_choice: choice, function_call: legacy }: ChatCompletionRequest,
  tools: readonly Tool[],
): ToolOffer {
  if (!choice) return offerAll(tools, decodeLegacyChoice(legacy), "function_call");
  if (typeof choice === "string") return offerAll(tools, { type: choice });
  switch (choice.type) {
    case "function":
    case "custom":
    case "tool":
      return offerAll(tools, { type: "tool", name: nameOf(choice) });
    case "any":
      return offerAll(tools, { type: "required" });
    case "auto":
    case "none":
      return offerAll(tools, { type: choice.type });
    case "allowed_tools": {
      const list = "allowed_tools" in choice ? choice.allowed_tools : choice;
      const names = new Set(list.tools.map(nameOf));
      // A list of functions says nothing about the search.
      return offerAllowed(tools, ({ name, webSearch }) => !!webSearch || names.has(name), list);
    }
  }
}

const nameOf = (tool: NamedTool): string => (tool.function ?? tool.custom ?? tool).name ?? "";

function decodeLegacyChoice(choice: ChatCompletionRequest["function_call"]): ToolChoice {
  if (!choice) return { type: "auto" };
  return typeof choice === "string" ? { type: choice } : { type: "tool", name: choice.name };
}

/** Undefined for a tool that is neither a function nor a custom one. */
function decodeTool(tool: RequestTool, path: string): Tool | undefined {
  if (isAnthropicTool(tool)) return functionTool({ ...tool, parameters: tool.input_schema });
  if (!tool.type) throw noType(`${path}.type`);
  if (!toolVariants.isKnown(tool)) return undefined;
  return tool.type === "custom" ? customTool(tool.custom ?? tool) : functionTool(tool.function ?? tool);
}

const noType = (param: string) =>
  new BridgeError("invalid-request", `${param}: must be "function" or "custom"`, {
    code: "invalid_value",
    param,
  });
