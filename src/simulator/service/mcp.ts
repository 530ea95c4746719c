import { isJsonObject, type JsonObject } from "../../json.ts";
import { asObject, asText } from "../narrow.ts";
import type { Settings } from "../options.ts";
import type { ScriptedHttpAnswer } from "../script.ts";
import { accessDenied, invalid } from "./answers.ts";
import type { Call } from "./call.ts";

const maxQueryLength = 200;

const webSearch = {
  name: "web_search",
  description: `Searches the web. The query has at most ${maxQueryLength} characters.`,
  inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

/** The service's own tools, spoken to in JSON-RPC: a web search that finds pages which nobody wrote. */
export function answerMcp(
  call: Call,
  settings: Pick<Settings, "requireProfileArn" | "clock">,
): ScriptedHttpAnswer {
  return refuseProfile(call, settings.requireProfileArn) ?? reply(call.json, settings.clock.now());
}

/** The runtime hosts want it in the body and the older ones in a header (contract 2.7), so here it is wanted twice. */
function refuseProfile({ json, profileHeader }: Call, isRequired: boolean): ScriptedHttpAnswer | undefined {
  if (!isRequired) return undefined;
  if (asText(json["profileArn"]) === "") return invalid("profileArn is required for this request.");
  return profileHeader === "" ? accessDenied("User is not authorized to make this call.") : undefined;
}

function reply({ id, jsonrpc, method, params }: JsonObject, now: number): ScriptedHttpAnswer {
  const answer = (member: JsonObject) => ({
    status: 200,
    body: { jsonrpc: "2.0", id: id ?? null, ...member },
  });
  const refuse = (code: number, message: string) => answer({ error: { code, message } });
  if (jsonrpc !== "2.0" || (typeof id !== "string" && typeof id !== "number"))
    return refuse(-32600, "Invalid Request");
  if (method === "tools/list") return answer({ result: { tools: [webSearch] } });
  const { name, arguments: input } = asObject(params);
  if (method !== "tools/call" || name !== webSearch.name) return refuse(-32601, "Method not found");
  if (!isJsonObject(input) || asText(input["query"]) === "") return refuse(-32602, "Invalid params");
  const query = asText(input["query"]);
  if (query.length > maxQueryLength) return answer({ result: textResult("The query is too long.", true) });
  return answer({ result: textResult(JSON.stringify(searchFor(query, now)), false) });
}

const textResult = (text: string, isError: boolean): JsonObject => ({
  content: [{ type: "text", text }],
  isError,
});

const dayMs = 86_400_000;

const searchFor = (query: string, now: number) => {
  const results = ["example.com", "example.org", "docs.example.net"].map((domain, index) => ({
    id: String(index + 1),
    title: `About ${query}, by ${domain}`,
    url: `https://${domain}/about?q=${encodeURIComponent(query)}`,
    domain,
    snippet: `The simulator found this page of ${domain} in its imagination.`,
    ...(index > 0 && { publishedDate: now - index * dayMs }),
  }));
  return { results, totalResults: results.length, query };
};
