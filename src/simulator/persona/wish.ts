import type { JsonObject } from "../../json.ts";
import { exampleArguments } from "./arguments.ts";
import type { Heard } from "./heard.ts";

export interface WantedCall {
  name: string;
  input: JsonObject;
}

const asksForAnyTool = /\b(?:use|call|try|run)\s+(?:a|an|the|any|some|one|your)\s+(?:of\s+your\s+)?tools?\b/i;
const asksForSearch = /\b(?:web search|search the web)\b(?: for)?(?: the query)?:? *(.{0,200})/i;
/** Only the end of a long message is searched for a wish. */
const wishLength = 4000;

/** The call that the person asks for; none while another is being answered. */
export function wantedCall({ text, tools, results }: Heard): WantedCall | undefined {
  if (results.length > 0) return undefined;
  const wish = text.slice(-wishLength);
  const words = new Set(wish.match(/[\w-]+/g));
  const [isSearch, query] = asksForSearch.exec(wish) ?? [];
  const tool =
    (isSearch && tools.find(({ name }) => name === "web_search")) ||
    tools.find(({ name }) => words.has(name)) ||
    (asksForAnyTool.test(wish) ? tools[0] : undefined);
  if (!tool) return undefined;
  const input = exampleArguments(tool.schema);
  return { name: tool.name, input: query && "query" in input ? { ...input, query } : input };
}
