import { isJsonObject, type JsonObject } from "../../json.ts";
import { asText } from "../narrow.ts";
import type { ScriptedHttpAnswer } from "../script.ts";

const webSearch = {
  name: "web_search",
  description: "Searches the web.",
  inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

/** The service's own tools, spoken to in JSON-RPC: a web search that finds one made-up page. */
export function answerMcp(body: JsonObject): ScriptedHttpAnswer {
  const reply = (member: JsonObject) => ({
    status: 200,
    body: { jsonrpc: "2.0", id: body["id"] ?? null, ...member },
  });
  const params = isJsonObject(body["params"]) ? body["params"] : {};
  if (body["method"] === "tools/list") return reply({ result: { tools: [webSearch] } });
  if (body["method"] !== "tools/call" || params["name"] !== webSearch.name)
    return reply({ error: { code: -32601, message: "Method not found" } });
  const { query } = isJsonObject(params["arguments"]) ? params["arguments"] : {};
  return reply({
    result: { content: [{ type: "text", text: JSON.stringify(searchFor(asText(query))) }], isError: false },
  });
}

const searchFor = (query: string) => ({
  results: [
    {
      id: "1",
      title: `About ${query}`,
      url: "https://example.com/",
      domain: "example.com",
      snippet: "The simulator found this page in its imagination.",
    },
  ],
  totalResults: 1,
  query,
});
