import type { Conversation, Tool } from "../../turn/conversation.ts";
import { cleanText, isBlank, splitText } from "../../turn/text.ts";
import type { ToolEntry } from "../wire.ts";
import { limits } from "./limits.ts";
import { toolSchema } from "./schema.ts";
import { pruneSchema } from "./schema-pruning.ts";
import type { Inliner } from "./schema-references.ts";
import type { SentNames } from "./tool-names.ts";
import { withLegalNames } from "./wrapped-arguments.ts";

/** The tools in a request: those the client lets the model call, once each (R25), and a stub for every other one called. */
export function carriedTools({ tools, toolChoice }: Conversation, called: ReadonlySet<string>): Tool[] {
  const carried = new Map<string, Tool>();
  if (toolChoice.type !== "none") {
    for (const tool of tools) if (!carried.has(tool.name)) carried.set(tool.name, tool);
  }
  for (const name of called) if (!carried.has(name)) carried.set(name, stub(name));
  return [...carried.values()];
}

/** R33, R34: the service refuses a history with calls of undeclared tools. */
const stub = (name: string): Tool => ({
  name,
  description: "Was used earlier in this conversation and cannot be called any more.",
  inputSchema: {},
});

interface ToolContext {
  sentNames: SentNames;
  /** That of the whole request. */
  inline: Inliner;
  pruneSchemas: boolean;
}

export function toolEntry(tool: Tool, { sentNames, inline, pruneSchemas }: ToolContext): ToolEntry {
  const name = sentNames.get(tool.name) ?? tool.name;
  const schema = toolSchema(tool.inputSchema, inline);
  return {
    toolSpecification: {
      name,
      description: shortDescription(tool, name),
      inputSchema: { json: withLegalNames(pruneSchemas ? pruneSchema(schema) : schema) },
    },
  };
}

/** R26, R27 */
function shortDescription(tool: Tool, name: string): string {
  if (isBlank(tool.description)) return `Tool ${name}`;
  const text = cleanText(tool.description);
  if (text.length <= limits.toolDescription) return text;
  const pointer = `\n\n[Continues in the instructions, under "${heading(name)}".]`;
  const [start = ""] = splitText(text, limits.toolDescription - pointer.length);
  return start + pointer;
}

const heading = (name: string) => `Description of the tool ${name}`;

/** R27: the descriptions that were cut, whole and under a heading, for the instructions. */
export const longDescriptions = (tools: readonly Tool[], sentNames: SentNames): string[] =>
  tools
    .filter((tool) => tool.description.length > limits.toolDescription)
    .map((tool) => `# ${heading(sentNames.get(tool.name) ?? tool.name)}\n\n${tool.description}`);
