import type { Tool } from "../../turn/conversation.ts";
import { notOffered, offerAll, offerAllowed, type ToolOffer } from "../tool-choice.ts";
import type { AllowedTools, ChosenTool, ResponsesRequest } from "./schema.ts";
import type { OfferedTools } from "./tools.ts";

/** The tools that the model may call, and whether it must. */
export function chooseTools(choice: ResponsesRequest["tool_choice"], offered: OfferedTools): ToolOffer {
  const { tools } = offered;
  if (!choice) return offerAll(tools, { type: "auto" });
  if (typeof choice === "string") return offerAll(tools, { type: choice });
  const find = finder(offered);
  if (isAllowedTools(choice)) {
    const allowed = new Set(choice.tools.flatMap(find));
    return offerAllowed(tools, (tool) => allowed.has(tool), choice);
  }
  const [chosen] = find(choice);
  if (!chosen) throw notOffered("tool_choice");
  return offerAll(tools, { type: "tool", name: chosen.name });
}

const isAllowedTools = (choice: AllowedTools | ChosenTool): choice is AllowedTools =>
  choice.type === "allowed_tools";

/** Finds tools on offer. One of a namespace may be named without it, and is then each one of that name. */
function finder({ tools, origins }: OfferedTools): (chosen: ChosenTool) => readonly Tool[] {
  const exact = Map.groupBy(tools, ({ name }) => name);
  const inNamespaces = Map.groupBy(tools, ({ name }) => origins.get(name)?.name);
  const searches = tools.filter(({ webSearch }) => webSearch);
  return ({ type, name }) => {
    if (type.startsWith("web_search")) return searches;
    return (name && (exact.get(name) ?? inNamespaces.get(name))) || [];
  };
}
