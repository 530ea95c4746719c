import { afterAll, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { ending, stream, text } from "../support/script.ts";
import { anthropicClient, failureOf, latestRequest, message, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { beta } = anthropicClient(bridge);

test("a tool runner, which asks for a thread on the server, goes on without one", async () => {
  bridge.simulator.script(stream(text("Hello."), ending("END_TURN")));
  const before = bridge.simulator.requests.length;
  const last = await beta.messages.toolRunner({ ...message, tools: [] }).runUntilDone();
  expect(last.content).toMatchObject([{ type: "text", text: "Hello." }]);
  expect(bridge.simulator.requests).toHaveLength(before + 1);
  latestRequest(bridge);
});

test("a client that insists on a thread is told that there is none", async () => {
  const failure = await failureOf(
    beta.messages.thread({ ...message, messages: [] }).send(message.messages[0]),
  );
  expect(failure).toMatchObject({ status: 400, message: expect.stringContaining("thread is not supported") });
});

test("no other refusal speaks of threads", async () => {
  const refusal = await post(bridge, "/v1/messages", { ...message, container: "c" });
  expect(await refusal.text()).not.toContain("thread");
});
