import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { type Bridge, startBridge } from "../support/bridge.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { ending, exception, stream, text } from "../support/script.ts";
import {
  anthropicClient,
  chat,
  failureOf,
  hearChat,
  hearMessage,
  message,
  nothingYet,
  openaiClient,
  post,
} from "./rig.ts";

const second = 1000;
let clock: ManualClock;
let bridge: Bridge;

beforeEach(() => {
  clock = manualClock();
  bridge = startBridge({ clock });
});
afterEach(() => bridge.stop());

/** A body of Responses. */
const asked = { model: chat.model, input: "Hello" };
const pause = (seconds: number) => ({ pauseMs: seconds * second });
const hello = [...text("Hello"), ...ending("END_TURN")];

/** Once everybody waits: the simulator, the watch over the service and, in streams, the heartbeat. */
async function advance(seconds: number, waiting = 3): Promise<void> {
  await until(() => clock.waiting() === waiting);
  clock.advance(seconds * second);
}

async function ask(path: string, body: object, ...steps: readonly ScriptedStep[]) {
  bridge.simulator.script(stream([...steps]));
  const state = { answered: false };
  const answer = post(bridge, path, { ...body, stream: true }).then((response) => {
    state.answered = true;
    return response;
  });
  return { state, answer };
}

/** The next piece that arrives. */
function pieces(response: Response) {
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  return { next: async () => (await reader.read()).value };
}

/** Lets everything happen that needs no time to pass. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await turnOfLoop();
}

/** The pieces of an answer whose status is held back for fifteen seconds. */
async function heldBack({ state, answer }: Awaited<ReturnType<typeof ask>>) {
  await advance(14.999);
  await settle();
  expect(state.answered).toBe(false);
  await advance(0.001);
  const response = await answer;
  expect(response.status).toBe(200);
  return pieces(response);
}

describe("a silent service", () => {
  test("holds the status back for fifteen seconds, then anthropic's clients get pings", async () => {
    const { next } = await heldBack(await ask("/v1/messages", message, pause(50), ...hello));
    expect(await next()).toMatch(
      /^event: message_start\ndata: \{.*\}\n\nevent: ping\ndata: \{"type":"ping"\}\n\n$/,
    );
    for (let beat = 0; beat < 2; beat++) {
      const arrived = next();
      await advance(15);
      expect(await arrived).toBe('event: ping\ndata: {"type":"ping"}\n\n');
    }
    const last = next();
    await advance(5);
    expect(await last).toStartWith("event: content_block_start\n");
  });

  test("holds the status back for fifteen seconds, then openai's clients get comments", async () => {
    const { next } = await heldBack(await ask("/v1/chat/completions", chat, pause(50), ...hello));
    expect(await next()).toBe(": keep-alive\n\n");
    for (let beat = 0; beat < 2; beat++) {
      const arrived = next();
      await advance(15);
      expect(await arrived).toBe(": keep-alive\n\n");
    }
    const last = next();
    await advance(5);
    expect(await last).toMatch(/^data: \{.*"delta":\{"role":"assistant","content":""\}.*\}\n\n/);
  });

  test("holds the status back for fifteen seconds, then clients of Responses get events, which Codex hears", async () => {
    const { next } = await heldBack(await ask("/v1/responses", asked, pause(50), ...hello));
    expect(await next()).toMatch(
      /^event: response.created\ndata: .*\n\nevent: response.in_progress\ndata: .*\n\nevent: keepalive\ndata: \{"type":"keepalive","sequence_number":2\}\n\n$/,
    );
    for (const number of [3, 4]) {
      const arrived = next();
      await advance(15);
      expect(await arrived).toBe(
        `event: keepalive\ndata: {"type":"keepalive","sequence_number":${number}}\n\n`,
      );
    }
    const last = next();
    await advance(5);
    expect(await last).toMatch(/^event: response.output_item.added\ndata: \{.*"sequence_number":5\}\n\n/);
  });

  test("in the middle of the text is bridged by heartbeats too", async () => {
    for (const [path, body, beat] of [
      ["/v1/messages", message, /^event: ping\ndata: \{"type":"ping"\}\n\n$/],
      ["/v1/chat/completions", chat, /^: keep-alive\n\n$/],
      ["/v1/chat/completions", asked, /^: keep-alive\n\n$/],
      ["/v1/responses", asked, /^event: keepalive\n.*\n\n$/],
    ] as const) {
      const { answer } = await ask(path, body, ...text("Hello"), pause(20), ...hello);
      const { next } = pieces(await answer);
      expect(await next()).toContain("Hello");
      const arrived = next();
      await advance(15);
      expect(await arrived).toMatch(beat);
      const rest = next();
      await advance(5);
      expect(await rest).toContain("Hello");
    }
  });

  test("holds the status back for fifteen seconds even where heartbeats are rarer", async () => {
    const rare = startBridge({ clock, config: { heartbeatSeconds: 60 } });
    rare.simulator.script(stream(pause(100), hello));
    const answer = post(rare, "/v1/chat/completions", { ...chat, stream: true });
    await advance(15);
    const response = await answer;
    expect(response.status).toBe(200);
    const { next } = pieces(response);
    expect(await next()).toBe(": keep-alive\n\n");
    let later: string | undefined;
    const arrived = next().then((piece) => {
      later = piece;
    });
    await advance(59.999);
    await settle();
    expect(later).toBeUndefined();
    await advance(0.001);
    await arrived;
    expect(later).toBe(": keep-alive\n\n");
    await response.body?.cancel().catch(() => {});
    await rare.stop();
  });

  test("does not keep the SDKs from the answer", async () => {
    const answer = stream(pause(40), text("Hel"), pause(40), text("lo"), ending("END_TURN"));
    bridge.simulator.script(answer, answer);
    const [fromChat, fromMessage] = [nothingYet(), nothingYet()];
    const over = [
      hearChat(openaiClient(bridge), chat, fromChat),
      hearMessage(anthropicClient(bridge), message, fromMessage),
    ];
    for (const seconds of [15, 15, 10]) await advance(seconds, 6);
    await until(() => fromChat.deltas.length + fromMessage.deltas.length === 2);
    for (const seconds of [15, 15, 10]) await advance(seconds, 6);
    await Promise.all(over);
    expect(fromChat).toEqual({ deltas: ["Hel", "lo"], successes: ["stop"], failure: undefined });
    expect(fromMessage).toMatchObject({ deltas: ["Hel", "lo"], failure: undefined });
  });

  test("gets no heartbeats in a whole answer, however long it takes", async () => {
    bridge.simulator.script(stream(pause(200), hello));
    const asked = openaiClient(bridge).chat.completions.create(chat);
    for (const seconds of [100, 100]) await advance(seconds, 2);
    expect((await asked).choices[0]?.message.content).toBe("Hello");
  });
});

describe("a failure after a silence", () => {
  const throttled = exception("throttlingException", "Too many requests.");

  test.each([10, 14.9])("of %d seconds still has a status of its own", async (seconds) => {
    bridge.simulator.script(stream(pause(seconds), throttled));
    const failed = failureOf(openaiClient(bridge).chat.completions.create({ ...chat, stream: true }));
    await advance(seconds);
    expect(await failed).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
  });

  test("of twenty seconds is raised in the stream", async () => {
    bridge.simulator.script(stream(pause(20), throttled), stream(pause(20), throttled));
    const heard = [hearChat(openaiClient(bridge), chat), hearMessage(anthropicClient(bridge), message)];
    for (const seconds of [15, 5]) await advance(seconds, 6);
    const [fromChat, fromMessage] = await Promise.all(heard);
    expect(fromChat).toMatchObject({ successes: [], failure: { code: "rate_limit_exceeded" } });
    expect(fromMessage).toMatchObject({ successes: [], failure: { type: "overloaded_error" } });
  });
});

describe("a service that says nothing for five minutes", () => {
  const timeOut = async (waiting: number) => {
    for (let beat = 0; beat < 20; beat++) await advance(15, waiting);
  };

  test("before its first event is timed out with a status, when nothing is streamed", async () => {
    bridge.simulator.script(stream(pause(3600), hello));
    const failed = failureOf(openaiClient(bridge).chat.completions.create(chat));
    await timeOut(2);
    expect(await failed).toMatchObject({ status: 504, type: "server_error", code: "upstream_timeout" });
    await until(() => bridge.openUpstream() === 0 && clock.waiting() === 0);
  });

  test("in the middle of a stream is timed out by both SDKs' errors", async () => {
    const answer = stream(text("Hello"), pause(3600), hello);
    bridge.simulator.script(answer, answer);
    const [fromChat, fromMessage] = [nothingYet(), nothingYet()];
    const over = [
      hearChat(openaiClient(bridge), chat, fromChat),
      hearMessage(anthropicClient(bridge), message, fromMessage),
    ];
    await until(() => fromChat.deltas.length + fromMessage.deltas.length === 2);
    await timeOut(6);
    await Promise.all(over);
    expect(fromChat).toMatchObject({
      deltas: ["Hello"],
      successes: [],
      failure: { code: "upstream_timeout" },
    });
    expect(fromMessage).toMatchObject({
      deltas: ["Hello"],
      successes: [],
      failure: { type: "timeout_error" },
    });
    await until(() => bridge.openUpstream() === 0 && clock.waiting() === 0);
  });

  test("but goes on just in time is listened to until its end", async () => {
    bridge.simulator.script(stream(text("Hel"), pause(299), text("lo"), pause(299), ending("END_TURN")));
    const heard = nothingYet();
    const over = hearChat(openaiClient(bridge), chat, heard);
    for (const delta of ["Hel", "lo"]) {
      await until(() => heard.deltas.includes(delta));
      for (let beat = 0; beat < 19; beat++) await advance(15);
      await advance(14);
    }
    expect(await over).toEqual({ deltas: ["Hel", "lo"], successes: ["stop"], failure: undefined });
  });
});
