import {
  type ChangedTool,
  type ContentBlock,
  type CountTokensRequest,
  changedTools,
  contentBlocks,
  type RequestMessage,
  type RequestTool,
  type ToolChangeBlock,
  toolChanges,
} from "./schema.ts";

/** The tools on offer at the end of a conversation: those declared, and what its messages have changed since. */
export function toolsInForce({ tools, messages }: CountTokensRequest): readonly RequestTool[] {
  const declared = tools ?? [];
  const changes = messages.flatMap(changesIn);
  if (changes.length === 0) return declared;
  const added = new Map<string, RequestTool>();
  const withdrawn = new Set<string>();
  for (const { type, tool } of changes) {
    const name = changedName(tool);
    if (name === undefined) continue;
    if (type === "tool_removal") withdrawn.add(name);
    else withdrawn.delete(name);
    if (changedTools.isKnown(tool) && tool.type === "tool_definition") added.set(name, tool.definition);
  }
  const kept = declared.filter((tool) => !added.has(nameOf(tool)));
  return [...kept, ...added.values()].filter((tool) => !withdrawn.has(nameOf(tool)));
}

/** What the model is told of a change; undefined when the tool is of an unknown kind. */
export function changeText({ type, tool }: ToolChangeBlock): string | undefined {
  const name = changedName(tool);
  return name && `[tool ${name} is ${type === "tool_removal" ? "no longer" : "now"} available]`;
}

const changesIn = ({ content }: RequestMessage): ToolChangeBlock[] =>
  Array.isArray(content) ? content.flatMap(changesOf) : [];

/** A summary repeats the changes in the messages that it stands for. */
function changesOf(block: ContentBlock): ToolChangeBlock[] {
  if (!contentBlocks.isKnown(block)) return [];
  switch (block.type) {
    case "tool_addition":
    case "tool_removal":
      return [block];
    case "compaction":
      return (block.tool_changes ?? []).filter(toolChanges.isKnown);
    default:
      return [];
  }
}

function changedName(tool: ChangedTool): string | undefined {
  if (!changedTools.isKnown(tool)) return undefined;
  return tool.type === "tool_reference" ? tool.name : nameOf(tool.definition);
}

const nameOf = (tool: RequestTool): string => ("input_schema" in tool ? tool.name : (tool.name ?? tool.type));
