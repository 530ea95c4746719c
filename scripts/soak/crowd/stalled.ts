import { connect } from "node:net";
import { createBodies } from "./bodies.ts";
import { forms } from "./protocols.ts";

/** A program: clients that ask for long answers and take nothing of them, until it is stopped. */
const [url = "", clients = "", events = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
const { port } = new URL(url);
/** Large ones, that are as large when pieces that come together leave as one. */
const fragment = 1000;
const plan = { events: Number(events), fragment };
const body = createBodies()({ protocol: "anthropic", stream: true, plan });
const head = [
  `POST ${forms.anthropic.path} HTTP/1.1`,
  "Host: localhost",
  "Content-Type: application/json",
  `Content-Length: ${body.length}`,
].join("\r\n");

for (let index = 0; index < Number(clients); index++) {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.pause();
  socket.write(`${head}\r\n\r\n`);
  socket.write(body);
}
