import type { Tool } from "../../turn/conversation.ts";
import { notOffered, offerAll, offerAllowed, type ToolOffer } from "../tool-choice.ts";
import type { AllowedTools, ChosenTool, ResponsesRequest } from "./schema.ts";
import type { OfferedTools } from "./tools.ts";

/** The tools that the model may call, and whether it must. */
export function chooseTools(choice: ResponsesRequest["tool_choice"], offered: OfferedTools): ToolOffer {
  const { tools } = offered;
  if (!choice) return offerAll(tools, { type: "auto" });
  if (typeof choice === "string") return offerAll(tools, { type: choice });
  if (isAllowedTools(choice)) {
    const allowed = new Set(choice.tools.flatMap((tool) => toolsNamed(tool, offered)));
    return offerAllowed(tools, (tool) => allowed.has(tool), choice);
  }
  const [chosen] = toolsNamed(choice, offered);
  if (!chosen) throw notOffered("tool_choice");
  return offerAll(tools, { type: "tool", name: chosen.name });
}

const isAllowedTools = (choice: AllowedTools | ChosenTool): choice is AllowedTools =>
  choice.type === "allowed_tools";

/** A tool of a namespace may be named without it, and is then each one of that name. */
function toolsNamed({ type, name }: ChosenTool, { tools, origins }: OfferedTools): Tool[] {
  if (type.startsWith("web_search")) return tools.filter(({ webSearch }) => webSearch);
  if (!name) return [];
  const exact = tools.filter((tool) => tool.name === name);
  return exact.length > 0 ? exact : tools.filter((tool) => origins.get(tool.name)?.name === name);
}
