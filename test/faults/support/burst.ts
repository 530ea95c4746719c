/** A program: a service of its own that answers everything with so many messages at once. It prints its address. */
import { ending, text } from "../../support/script.ts";
import { encodedAll } from "./frames.ts";
import { eventStream } from "./http.ts";

const letter = encodedAll(text("x"));
const letters = Array.from({ length: Number(process.argv[2]) }, () => letter);
const body = Buffer.concat([...letters, encodedAll(ending("END_TURN"))]);
const [name = "", value = ""] = eventStream.split(": ");

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: () => new Response(body, { headers: { [name]: value } }),
});
process.stdout.write(`listening on ${server.url.origin}\n`);
