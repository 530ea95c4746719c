import { afterAll, describe, expect, test } from "bun:test";
import { APIError as AnthropicAPIError } from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { APIError } from "openai";
import type { ScriptedStep } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { ending, exception, metadata, openTool, reasoning, stream, text, tool } from "../support/script.ts";
import {
  anthropicClient,
  chat,
  failureOf,
  type Heard,
  hearChat,
  hearMessage,
  message,
  nothingYet,
  openaiClient,
} from "./rig.ts";

const clock = manualClock();
const bridge = startBridge({ clock });
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

interface Case {
  steps: readonly ScriptedStep[];
  /** Of an answer that fails before anything was said, by openai's forms and by anthropic's. */
  status: readonly [openai: number, anthropic: number];
  code: string | null;
  type: string;
  /** Anthropic's form in mid-stream, where it is another. */
  typeInStream?: string;
}

const damaged = { status: [502, 502], code: "upstream_protocol_error", type: "api_error" } as const;
const fault = { status: [500, 500], code: "upstream_error", type: "api_error" } as const;
const bell = text("no more")[0] ?? metadata({});

const cases: Readonly<Record<string, Case>> = {
  "an exception of throttling": {
    steps: [exception("throttlingException", "Too many requests.")],
    status: [429, 429],
    code: "rate_limit_exceeded",
    type: "rate_limit_error",
    typeInStream: "overloaded_error",
  },
  "an exception of capacity": {
    steps: [exception("ThrottlingException", "High traffic.", "INSUFFICIENT_MODEL_CAPACITY")],
    status: [503, 529],
    code: "server_overloaded",
    type: "overloaded_error",
  },
  "an exception of validation": {
    steps: [exception("validationException", "Improperly formed request.")],
    status: [400, 400],
    code: null,
    type: "invalid_request_error",
  },
  "an exception of the service": { steps: [exception("internalServerException", "Oh.")], ...fault },
  "the one modelled exception": { steps: [exception("error", "Oh.")], ...fault },
  "an exception without JSON's form": { steps: [{ exception: "error", payload: "Oh." }], ...fault },
  "an error message": { steps: [{ error: "InternalError", message: "Oh." }], ...fault },
  "an invalid state": {
    steps: [{ type: "invalidStateEvent", payload: { reason: "INVALID_TASK_ASSIST_PLAN", message: "Oh." } }],
    ...fault,
  },
  "a connection cut": { steps: [{ cut: "reset" }], ...damaged },
  "a wrong checksum of the prelude": { steps: [{ corrupt: bell, checksum: "prelude" }], ...damaged },
  "a wrong checksum of the message": { steps: [{ corrupt: bell, checksum: "message" }], ...damaged },
  "an end inside a message": { steps: [{ bytes: Uint8Array.of(0, 0, 0, 80) }, { cut: "end" }], ...damaged },
  "a length of nothing": { steps: [{ bytes: new Uint8Array(16) }], ...damaged },
  "a payload that is no object": { steps: [{ type: "assistantResponseEvent", payload: "Hi" }], ...damaged },
  "a member of the wrong type": {
    steps: [{ type: "assistantResponseEvent", payload: { content: 5 } }],
    ...damaged,
  },
  "a fragment of no tool": { steps: [{ type: "toolUseEvent", payload: { input: "{}" } }], ...damaged },
};

/** Listens to an answer that goes on only when its text has been heard. */
async function hearOut(listen: (heard: Heard) => Promise<Heard>): Promise<Heard> {
  const heard = nothingYet();
  const over = listen(heard);
  // The simulator's pause, the watch over the service, the next heartbeat.
  await until(() => heard.deltas.join("") === "Hello" && clock.waiting() === 3);
  clock.advance(pause.pauseMs);
  return over;
}

const pause = { pauseMs: 1000 };

describe.each(Object.entries(cases))("%s", (_, { steps, status, code, type, typeInStream = type }) => {
  const afterText = stream(text("Hel", "lo"), [...steps], bell, ending("END_TURN"));
  const afterPause = stream(text("Hel", "lo"), pause, [...steps], bell, ending("END_TURN"));
  const first = stream([...steps], bell, ending("END_TURN"));

  test("in mid-stream is raised by openai's client, after the text and before any success", async () => {
    bridge.simulator.script(afterPause);
    const heard = await hearOut((soFar) => hearChat(openai, chat, soFar));
    expect(heard).toMatchObject({ successes: [], failure: { code } });
    expect(heard.failure).toBeInstanceOf(APIError);
  });

  test("in mid-stream is raised by anthropic's client, after the text and before any success", async () => {
    bridge.simulator.script(afterPause);
    const heard = await hearOut((soFar) => hearMessage(anthropic, message, soFar));
    expect(heard).toMatchObject({
      successes: [],
      failure: { type: typeInStream, error: { type: "error", error: { type: typeInStream } } },
    });
    expect(heard.failure).toBeInstanceOf(AnthropicAPIError);
  });

  test("in mid-stream is raised by both stream helpers", async () => {
    bridge.simulator.script(afterText, afterText);
    const completion = openai.chat.completions.stream(chat).finalChatCompletion();
    expect(await failureOf(completion)).toBeInstanceOf(APIError);
    const finalMessage = anthropic.messages.stream(message).finalMessage();
    expect(await failureOf(finalMessage)).toBeInstanceOf(AnthropicAPIError);
  });

  test("before the first event keeps its status, streamed or not", async () => {
    for (const stream of [true, false]) {
      bridge.simulator.script(first, first);
      expect(await failureOf(openai.chat.completions.create({ ...chat, stream }))).toMatchObject({
        status: status[0],
      });
      expect(await failureOf(anthropic.messages.create({ ...message, stream }))).toMatchObject({
        status: status[1],
        type,
      });
    }
  });

  test("keeps its status when nothing of the answer has been sent, however much has come", async () => {
    bridge.simulator.script(afterText, afterText);
    expect(await failureOf(openai.chat.completions.create(chat))).toMatchObject({ status: status[0] });
    expect(await failureOf(anthropic.messages.create(message))).toMatchObject({ status: status[1] });
  });
});

describe("a tool call that is open when the answer ends", () => {
  const begun = [...text("Let me see."), ...openTool("tooluse_a", "read", '{"path":"a')];
  const cut = (steps: readonly ScriptedStep[]) => stream([...begun, ...steps]);

  test.each([
    ["at a message's end, without any sign of completion", [{ cut: "end" as const }]],
    ["inside a message", [{ bytes: Uint8Array.of(0) }, { cut: "end" as const }]],
    ["by a cut connection", [{ cut: "reset" as const }]],
    ["by an exception", [exception("internalServerException", "Oh.")]],
  ])("is a failure: %s", async (_, steps) => {
    bridge.simulator.script(cut(steps), cut(steps));
    expect(await hearChat(openai, chat)).toMatchObject({ successes: [], failure: expect.any(APIError) });
    expect(await hearMessage(anthropic, message)).toMatchObject({
      successes: [],
      failure: expect.any(AnthropicAPIError),
    });
  });

  test.each(["MAX_TOKENS", undefined, "TOOL_USE"])(
    "is cut by length when the answer is sealed: %p",
    async (reason) => {
      const answer = cut(ending(reason));
      bridge.simulator.script(answer, answer);
      expect(await hearChat(openai, chat)).toMatchObject({ successes: ["length"], failure: undefined });
      expect(await hearMessage(anthropic, message)).toMatchObject({
        successes: ["max_tokens", "message_stop"],
        failure: undefined,
      });
    },
  );

  test("is not told to anthropic's client as a call, when nothing is streamed", async () => {
    bridge.simulator.script(cut(ending("MAX_TOKENS")));
    expect(await anthropic.messages.create(message)).toMatchObject({
      content: [{ type: "text", text: "Let me see." }],
      stop_reason: "max_tokens",
    });
  });

  test("is passed on to openai's client as the model left it", async () => {
    bridge.simulator.script(cut(ending("MAX_TOKENS")));
    const { choices } = await openai.chat.completions.create(chat);
    expect(choices[0]).toMatchObject({
      finish_reason: "length",
      message: { tool_calls: [{ id: "tooluse_a", function: { name: "read", arguments: '{"path":"a' } }] },
    });
  });
});

describe("arguments that are not JSON", () => {
  const broken = stream(tool("tooluse_a", "read", '{"path":', "oops}"), ending("TOOL_USE"));

  test.each([true, false])("make a response incomplete, and its call: streamed %p", async (stream) => {
    bridge.simulator.script(broken);
    const asked = { model: message.model, input: "Hello" };
    const response = stream
      ? await openai.responses.stream(asked).finalResponse()
      : await openai.responses.create(asked);
    expect(response).toMatchObject({
      status: "incomplete",
      output: [{ type: "function_call", arguments: '{"path":oops}', status: "incomplete" }],
    });
  });

  test.each([undefined, { type: "auto", disable_parallel_tool_use: true } as const])(
    "never run a tool, though a sound call follows: %j",
    async (tool_choice) => {
      const sound = tool("tooluse_b", "read", '{"path":"b"}');
      bridge.simulator.script(stream(tool("tooluse_a", "read", '{"path":"a'), sound, ending("TOOL_USE")));
      const ran: unknown[] = [];
      const read = betaTool({
        name: "read",
        description: "Reads a file.",
        inputSchema: { type: "object" },
        run: (input) => {
          ran.push(input);
          return "text";
        },
      });
      const asked = { ...message, tools: [read], ...(tool_choice && { tool_choice }) };
      for await (const answer of anthropic.beta.messages.toolRunner({ ...asked, stream: true })) {
        expect((await answer.finalMessage()).stop_reason).toBe("max_tokens");
      }
      expect(ran).toEqual([]);
    },
  );
});

describe("an answer that outgrows the limit", () => {
  const tooLong = exception("ContentLengthExceededException", "Too long.");

  test("ends as cut by length, once some of it was seen", async () => {
    const answer = stream(text("Hello"), tooLong);
    bridge.simulator.script(answer, answer);
    expect(await hearChat(openai, chat)).toEqual({
      deltas: ["Hello"],
      successes: ["length"],
      failure: undefined,
    });
    expect(await hearMessage(anthropic, message)).toMatchObject({
      successes: ["max_tokens", "message_stop"],
    });
  });

  test("before any of it was seen is a failure of the conversation's length", async () => {
    bridge.simulator.script(stream(tooLong), stream(tooLong));
    expect(await failureOf(openai.chat.completions.create({ ...chat, stream: true }))).toMatchObject({
      status: 400,
      code: "context_length_exceeded",
    });
    expect(await failureOf(anthropic.messages.create(message))).toMatchObject({ status: 400 });
  });
});

describe("an answer of nothing but thoughts", () => {
  const thoughts = reasoning(["Let me see."], "s");
  const tagged = text("<thinking>Let me see.</thinking>\n\n");
  const thinking = { type: "enabled", budget_tokens: 1024 } as const;

  test.each([
    ["with its ending", "claude-opus-4.8", [...thoughts, ...ending("END_TURN")]],
    ["without an ending", "claude-opus-4.8", thoughts],
    ["that nothing proves", "claude-opus-4.8", reasoning(["Let me"])],
    ["between tags", "claude-sonnet-4.5", [...tagged, ...ending("END_TURN")]],
    ["in a tag that stays open", "claude-sonnet-4.5", [...text("<thinking>Let me"), ...ending("END_TURN")]],
  ])("is a failure, streamed or not: %s", async (_, model, steps) => {
    const answer = stream(steps);
    bridge.simulator.script(answer, answer, answer, answer);
    const asked = { ...message, model, thinking, max_tokens: 2048 };
    expect(await hearMessage(anthropic, asked)).toMatchObject({
      successes: [],
      failure: expect.any(AnthropicAPIError),
    });
    expect(await failureOf(anthropic.messages.create(asked))).toMatchObject({ status: 502 });
    const effort = { ...chat, model, reasoning_effort: "high" } as const;
    expect(await hearChat(openai, effort)).toMatchObject({ successes: [], failure: expect.any(APIError) });
    expect(await failureOf(openai.chat.completions.create(effort))).toMatchObject({ status: 502 });
  });
});
