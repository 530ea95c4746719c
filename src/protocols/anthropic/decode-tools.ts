import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import { searchTool, searchToolName } from "../../turn/web-search.ts";
import { offerAll, type ToolOffer } from "../tool-choice.ts";
import { placeName } from "../user-location.ts";
import { clientTool } from "./client-tools.ts";
import type { CountTokensRequest, CustomTool, DefinedTool, RequestTool, WebSearchTool } from "./schema.ts";

interface OfferedTools {
  tools: readonly Tool[];
  /** What a search of the web is called, in the tools and in calls of earlier answers. */
  searchName: string;
  /** Names of tools that nobody here can run. */
  leftOut: readonly string[];
}

/** The tools on offer: the client's own, those that Anthropic defines and clients run, and a search of the web. */
export function offerTools(requested: readonly RequestTool[]): OfferedTools {
  const tools: Tool[] = [];
  const leftOut: string[] = [];
  let search: WebSearchTool | undefined;
  for (const tool of requested) {
    if (isCustom(tool)) tools.push(decodeTool(tool));
    else if (isSearch(tool)) search ??= tool;
    else {
      const defined = clientTool(tool);
      if (defined) tools.push(defined);
      else leftOut.push(tool.name ?? tool.type);
    }
  }
  if (!search) return { tools, searchName: searchToolName, leftOut };
  const offered = decodeSearchTool(search, tools);
  return { tools: [...tools, offered], searchName: offered.name, leftOut };
}

const isCustom = (tool: RequestTool): tool is CustomTool => "input_schema" in tool;
const isSearch = (tool: WebSearchTool | DefinedTool): tool is WebSearchTool =>
  tool.type.startsWith("web_search_");

const decodeTool = ({ name, description, input_schema }: CustomTool): Tool => ({
  name,
  description: description ?? "",
  inputSchema: input_schema,
});

const decodeSearchTool = (
  { max_uses, allowed_domains, blocked_domains, user_location }: WebSearchTool,
  others: readonly Tool[],
): Tool =>
  searchTool(
    {
      ...(max_uses && { maxUses: max_uses }),
      ...(allowed_domains?.length && { allowedDomains: allowed_domains }),
      ...(blocked_domains?.length && { blockedDomains: blocked_domains }),
    },
    placeName(user_location),
    others.map(({ name }) => name),
  );

/** The tools that the model may call, and whether it must. */
export const chooseTools = (choice: CountTokensRequest["tool_choice"], offered: OfferedTools): ToolOffer =>
  offerAll(offered.tools, decodeToolChoice(choice, offered));

/** Clients choose the search by the name that Anthropic has for it. */
function decodeToolChoice(
  choice: CountTokensRequest["tool_choice"],
  { tools, searchName }: OfferedTools,
): ToolChoice {
  switch (choice?.type) {
    case "any":
      return { type: "required" };
    case "tool": {
      const isOther = choice.name !== searchToolName || tools.some(({ name }) => name === choice.name);
      return { type: "tool", name: isOther ? choice.name : searchName };
    }
    case "none":
      return { type: "none" };
    case "auto":
    case undefined:
      return { type: "auto" };
  }
}
