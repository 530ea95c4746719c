import { ending, text, tool } from "../../support/script.ts";
import { encodedAll } from "./frames.ts";
import { chunk, chunkedHead, finish, head, lastChunk } from "./http.ts";
import type { Behaviour } from "./raw-upstream.ts";

/** Takes the request and says nothing. */
export const hold: Behaviour = () => undefined;

/** An answer without an end, as fast as it is taken. */
export const flood: Behaviour = (socket) => {
  const flow = () => {
    for (let written = 0; written < 10 && !socket.destroyed; written++) if (!socket.write(much)) return;
    if (!socket.writableEnded) setImmediate(flow);
  };
  socket.on("drain", flow);
  socket.write(chunkedHead);
  flow();
  return undefined;
};
const much = chunk(encodedAll(text("x".repeat(20_000))));

/** The model's wish to have the web searched. */
export const searchCall = finish(
  chunkedHead,
  chunk(encodedAll([...tool("tooluse_a", "web_search", '{"query":"bun"}'), ...ending("TOOL_USE")])),
  lastChunk,
);

const results = JSON.stringify({ results: [], totalResults: 0, query: "bun" });
const found = JSON.stringify({
  jsonrpc: "2.0",
  id: "1",
  result: { content: [{ type: "text", text: results }], isError: false },
});
/** What the service's search answers. */
export const searchResult = finish(
  head("200 OK", "content-type: application/json", `content-length: ${found.length}`, "connection: close"),
  found,
);
