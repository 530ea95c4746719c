/**
 * A program: a service of its own that answers so many requests with a message every ten milliseconds, and all later
 * ones with so many messages at once. It prints its address.
 */
import { ending, text } from "../../support/script.ts";
import { encodedAll } from "./frames.ts";
import { eventStream } from "./http.ts";

const [quiet = 0, messages = 0] = process.argv.slice(2).map(Number);
const letter = encodedAll(text("x"));
const letters = Array.from({ length: messages }, () => letter);
const burst = Buffer.concat([...letters, encodedAll(ending("END_TURN"))]);
const [name = "", value = ""] = eventStream.split(": ");

async function* trickle() {
  for (;;) {
    yield letter;
    await Bun.sleep(10);
  }
}

let requests = 0;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: () => new Response(requests++ < quiet ? trickle() : burst, { headers: { [name]: value } }),
});
process.stdout.write(`listening on ${server.url.origin}\n`);
