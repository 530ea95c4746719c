import { afterAll, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text } from "../support/script.ts";
import { message, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);

/** What a client that says nothing of streaming gets, by its headers. */
test.each([
  ["text/event-stream", {}],
  ["application/json", { "anthropic-version": "2023-06-01" }],
  ["application/json", { "anthropic-version": "2023-06-01", accept: "*/*" }],
  ["text/event-stream", { "anthropic-version": "2023-06-01", accept: "text/event-stream" }],
])("messages are %s for a client that sends %j", async (type, headers) => {
  bridge.simulator.script(stream(text("Hello"), ending("END_TURN")));
  const answer = await post(bridge, "/v1/messages", message, headers);
  expect(answer.headers.get("content-type")).toStartWith(type);
  expect(await answer.text()).toContain("Hello");
});
