import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { startBridge } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { ending, openTool, stream, text } from "../support/script.ts";
import { anthropicClient, chat, message, openaiClient } from "./rig.ts";

const clock = manualClock();
const bridge = startBridge({ clock });
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

/** Holds the answer back for good, as nobody moves the clock. */
const forever = { pauseMs: 3_600_000 };
const silent = stream(forever);
const quiet = stream(text("Hello"), forever);
const inTool = stream(text("Hello"), openTool("tooluse_a", "read", '{"pa'), forever);
const headerless = { ...stream(), delayMs: forever.pauseMs };

const gone = () => bridge.log.filter((line) => line.includes("end=gone")).length;

/** The service's request has ended, the bridge has nothing left of it, and the log says what happened. */
const released = async (goneBefore: number) => {
  await until(() => bridge.openUpstream() === 0 && clock.waiting() === 0);
  await until(() => gone() === goneBefore + 1);
};

afterEach(async () => {
  bridge.simulator.script(stream(text("Still here.")));
  const { choices } = await openai.chat.completions.create(chat);
  expect(choices[0]?.message.content).toBe("Still here.");
});

describe("a client that leaves in the middle of the text", () => {
  test.each([
    ["text", quiet],
    ["a tool call", inTool],
  ])("ends the service's request: openai, in %s", async (_, answer) => {
    const before = gone();
    bridge.simulator.script(answer);
    const answering = await openai.chat.completions.create({ ...chat, stream: true });
    for await (const { choices } of answering) if (choices[0]?.delta.content === "Hello") break;
    await released(before);
  });

  test.each([
    ["text", quiet],
    ["a tool call", inTool],
  ])("ends the service's request: anthropic, in %s", async (_, answer) => {
    const before = gone();
    bridge.simulator.script(answer);
    const answering = anthropic.messages.stream(message);
    const failure = answering.done().catch((error: unknown) => error);
    answering.on("text", () => answering.abort());
    expect(await failure).toMatchObject({ message: "Request was aborted." });
    await released(before);
  });
});

describe("a client that leaves before anything was said", () => {
  test.each([
    ["no event", true, silent],
    ["no event", false, silent],
    ["no status", true, headerless],
    ["no status", false, headerless],
    ["some text that waits for the rest", false, quiet],
  ] as const)("ends the service's request: %s, streamed: %p", async (_, stream, answer) => {
    for (const ask of [
      (signal: AbortSignal) => openai.chat.completions.create({ ...chat, stream }, { signal }),
      (signal: AbortSignal) => anthropic.messages.create({ ...message, stream }, { signal }),
    ]) {
      const before = gone();
      bridge.simulator.script(answer);
      const leave = new AbortController();
      const asked = ask(leave.signal).then(
        () => "answered",
        () => "left",
      );
      await until(() => bridge.openUpstream() === 1);
      leave.abort();
      expect(await asked).toBe("left");
      await released(before);
    }
  });
});

test("a client that leaves at the last event, as Codex does, has had its answer", async () => {
  const before = gone();
  bridge.simulator.script(stream(text("Hello"), ending("END_TURN")));
  const events = await openai.responses.create({ model: chat.model, input: "Hello", stream: true });
  for await (const { type } of events) if (type === "response.completed") break;
  const isTold = (line: string) => line.includes("proto=openai-responses") && line.includes("end=ok");
  await until(() => bridge.log.some(isTold));
  await until(() => bridge.openUpstream() === 0 && clock.waiting() === 0);
  expect(gone()).toBe(before);
});
