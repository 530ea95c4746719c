import type { Tool } from "../../turn/conversation.ts";
import { searchTool, searchToolName } from "../../turn/web-search.ts";
import { customTool } from "../openai/custom-tools.ts";
import { placeName } from "../user-location.ts";
import {
  type CustomTool,
  type FunctionTool,
  type RequestTool,
  toolVariants,
  type WebSearchTool,
} from "./schema.ts";

/** What a tool is to the client, for a model that knows functions with plain names alone. */
export interface ToolOrigin {
  kind: "function" | "custom";
  name: string;
  namespace?: string;
}

/** Tools by the names they are offered under; what is not among them is a function of that name. */
export type ToolOrigins = ReadonlyMap<string, ToolOrigin>;

export interface OfferedTools {
  tools: readonly Tool[];
  origins: ToolOrigins;
  /** What a search of the web is called, in the tools and in calls of earlier answers. */
  searchName: string;
  /** Names of tools that nobody here can run. */
  leftOut: readonly string[];
}

/** Functions for all that can be one, the later of two with one name, and a search of the web in `maxSearches` calls. */
export function offerTools(requested: readonly RequestTool[], maxSearches?: number | null): OfferedTools {
  const tools = new Map<string, Tool>();
  const origins = new Map<string, ToolOrigin>();
  const leftOut = new Set<string>();
  let search: WebSearchTool | undefined;
  const offer = (tool: FunctionTool | CustomTool, namespace?: string) => {
    const name = flatName(tool.name, namespace);
    origins.set(name, { kind: tool.type, name: tool.name, ...(namespace && { namespace }) });
    tools.set(name, { ...functionFor(tool), name });
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

const functionFor = (tool: FunctionTool | CustomTool): Tool =>
  tool.type === "custom"
    ? customTool(tool)
    : { name: tool.name, description: tool.description ?? "", inputSchema: tool.parameters ?? {} };
