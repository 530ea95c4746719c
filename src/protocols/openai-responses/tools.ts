import type { Tool, ToolChoice } from "../../turn/conversation.ts";
import {
  type CustomTool,
  type FunctionTool,
  type RequestTool,
  type ResponsesRequest,
  toolVariants,
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
}

/** A custom tool takes one text, which a function can carry in a member. */
export const customInput = "input";

/** Functions for all that can be one, the later of two with one name; tools that OpenAI's own servers run are left out. */
export function offerTools(requested: readonly RequestTool[]): OfferedTools {
  const tools = new Map<string, Tool>();
  const origins = new Map<string, ToolOrigin>();
  const offer = (tool: FunctionTool | CustomTool, namespace?: string) => {
    const name = flatName(tool.name, namespace);
    origins.set(name, { kind: tool.type, name: tool.name, ...(namespace && { namespace }) });
    tools.set(name, { name, ...describeTool(tool) });
  };
  for (const tool of requested) {
    if (!toolVariants.isKnown(tool)) continue;
    if (tool.type !== "namespace") offer(tool);
    else for (const inner of tool.tools) offer(inner, tool.name);
  }
  return { tools: [...tools.values()], origins };
}

export const flatName = (name: string, namespace: string | null | undefined): string =>
  namespace ? `${namespace}__${name}` : name;

function describeTool(tool: FunctionTool | CustomTool): Omit<Tool, "name"> {
  const description = tool.description ?? "";
  if (tool.type === "function") return { description, inputSchema: tool.parameters ?? {} };
  const grammar = tool.format ? `\nThe text must have this format: ${JSON.stringify(tool.format)}` : "";
  return {
    description: `${description}${grammar}`,
    inputSchema: {
      type: "object",
      properties: { [customInput]: { type: "string" } },
      required: [customInput],
    },
  };
}

export function decodeToolChoice(choice: ResponsesRequest["tool_choice"]): ToolChoice {
  if (!choice) return { type: "auto" };
  if (typeof choice === "string") return { type: choice };
  return choice.name === undefined ? { type: "auto" } : { type: "tool", name: choice.name };
}
