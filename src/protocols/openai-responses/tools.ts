import type { Tool } from "../../turn/conversation.ts";
import { searchTool, searchToolName } from "../../turn/web-search.ts";
import { customTool, functionTool } from "../openai/custom-tools.ts";
import { notOffered, offerAll, offerAllowed, type ToolOffer } from "../tool-choice.ts";
import { placeName } from "../user-location.ts";
import {
  type AllowedTools,
  type ChosenTool,
  type CustomTool,
  type FunctionTool,
  type RequestTool,
  type ResponsesRequest,
  toolVariants,
  type WebSearchTool,
} from "./schema.ts";

/** What a tool is to the client; models know only functions with plain names. */
interface ToolOrigin {
  kind: "function" | "custom";
  name: string;
  namespace?: string;
}

/** Tools by the names they are offered under; any other name is a function's own. */
export type ToolOrigins = ReadonlyMap<string, ToolOrigin>;

export interface OfferedTools {
  tools: readonly Tool[];
  origins: ToolOrigins;
  /** What a search of the web is called, in the tools and in calls of earlier answers. */
  searchName: string;
  /** Names of tools that nobody here can run. */
  leftOut: readonly string[];
}

/** A function for each tool that can be one, the later of two with one name, and a search of the web with at most `maxSearches` calls. */
export function offerTools(requested: readonly RequestTool[], maxSearches?: number | null): OfferedTools {
  const tools = new Map<string, Tool>();
  const origins = new Map<string, ToolOrigin>();
  const leftOut = new Set<string>();
  let search: WebSearchTool | undefined;
  const offer = (tool: FunctionTool | CustomTool, namespace?: string) => {
    const name = flatName(tool.name, namespace);
    origins.set(name, { kind: tool.type, name: tool.name, ...(namespace && { namespace }) });
    tools.set(name, { ...(tool.type === "custom" ? customTool(tool) : functionTool(tool)), name });
  };
  for (const tool of requested) {
    if (!toolVariants.isKnown(tool)) leftOut.add(tool.type);
    else if (isSearch(tool)) search ??= tool;
    else if (tool.type !== "namespace") offer(tool);
    else for (const inner of tool.tools) offer(inner, tool.name);
  }
  const offered = search && decodeSearchTool(search, maxSearches, tools.keys());
  return {
    tools: [...tools.values(), ...(offered ? [offered] : [])],
    origins,
    searchName: offered?.name ?? searchToolName,
    leftOut: [...leftOut],
  };
}

const isSearch = (tool: { type: string }): tool is WebSearchTool => tool.type.startsWith("web_search");

function decodeSearchTool(
  { filters, user_location }: WebSearchTool,
  maxSearches: number | null | undefined,
  taken: Iterable<string>,
): Tool {
  const domains = filters?.allowed_domains;
  const rules = {
    ...(maxSearches && { maxUses: maxSearches }),
    ...(domains?.length && { allowedDomains: domains }),
  };
  return searchTool(rules, placeName(user_location), taken);
}

export const flatName = (name: string, namespace: string | null | undefined): string =>
  namespace ? `${namespace}__${name}` : name;

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

/** Finds tools on offer. A tool named without its namespace means each one of that name. */
function finder({ tools, origins }: OfferedTools): (chosen: ChosenTool) => readonly Tool[] {
  const exact = Map.groupBy(tools, ({ name }) => name);
  const inNamespaces = Map.groupBy(tools, ({ name }) => origins.get(name)?.name);
  const searches = tools.filter(({ webSearch }) => webSearch);
  return ({ type, name }) => {
    if (type.startsWith("web_search")) return searches;
    return (name && (exact.get(name) ?? inNamespaces.get(name))) || [];
  };
}
