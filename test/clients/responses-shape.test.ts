import { afterAll, describe, expect, test } from "bun:test";
import type { Stream } from "openai/core/streaming";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { readChunkStream } from "../protocols/openai/grammar.ts";
import { startBridge } from "../support/bridge.ts";
import { ending, exception, stream, text, tool } from "../support/script.ts";
import { chat, failureOf, latestRequest, openaiClient, post } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const client = openaiClient(bridge);

const path = "/chat/completions";
/** What Cursor's servers send there in agent mode, as people have recorded it. */
const asked = {
  model: "gpt-5.5",
  input: [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "input_text", text: "Hello" }] },
  ],
  include: ["reasoning.encrypted_content"],
  reasoning: { effort: "medium", summary: "auto" },
  text: { verbosity: "low" },
  store: false,
  truncation: "disabled",
  prompt_cache_retention: "24h",
  previous_response_id: null,
  user: "ff9d1da0167751c3",
  stream_options: { include_usage: true },
};
const read = {
  type: "function",
  name: "read",
  description: "Reads.",
  parameters: { type: "object", properties: { path: { type: "string" } } },
  strict: false,
};
const format = { type: "grammar", syntax: "lark", definition: "start: patch" };
const patching = { type: "custom", name: "ApplyPatch", description: "Edits files.", format };
const patch = '*** Begin Patch\n*** Add File: a.txt\n+"Grüße"\n*** End Patch';

const whole = (body: object) => client.post<ChatCompletion>(path, { body });
/** What the SDK's own helper makes of the chunks, which it reads strictly. */
async function streamed(body: object): Promise<ChatCompletion> {
  const options = { body: { ...body, stream: true }, stream: true };
  const chunks = await client.post<Stream<ChatCompletionChunk>>(path, options);
  return ChatCompletionStream.fromReadableStream(chunks.toReadableStream()).finalChatCompletion();
}
const ways = [
  ["whole", whole],
  ["streamed", streamed],
] as const;

describe.each(ways)("a body of Responses at the path of Chat Completions, answered %s", (_, ask) => {
  test("gets its answer in chat's words", async () => {
    bridge.simulator.script(stream(text("Hi", " there."), ending("END_TURN")));
    const { object, id, model, choices } = await ask(asked);
    expect(object).toBe("chat.completion");
    expect(id).toStartWith("chatcmpl-");
    expect(model).toBe("gpt-5.5");
    expect(choices).toMatchObject([
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi there." } },
    ]);
    const sent = JSON.stringify(latestRequest(bridge).body);
    expect(sent).toContain("Be brief.");
    expect(sent).toContain("Hello");
  });

  test("is told of calls as chat tells of them, and goes on with what they gave", async () => {
    bridge.simulator.script(
      stream(text("Let me see."), tool("t1", "read", '{"path"', ':"a"}'), ending("TOOL_USE")),
      stream(text("Empty."), ending("END_TURN")),
    );
    const first = await ask({ ...asked, tools: [read, patching], tool_choice: "auto" });
    expect(first.choices).toMatchObject([
      {
        finish_reason: "tool_calls",
        message: {
          content: "Let me see.",
          tool_calls: [{ id: "t1", type: "function", function: { name: "read", arguments: '{"path":"a"}' } }],
        },
      },
    ]);
    const input = [
      ...asked.input,
      { role: "assistant", content: [{ type: "output_text", text: "Let me see." }] },
      { type: "function_call", call_id: "t1", name: "read", arguments: '{"path":"a"}' },
      { type: "function_call_output", call_id: "t1", output: "nothing" },
    ];
    const second = await ask({ ...asked, input, tools: [read, patching] });
    expect(second.choices).toMatchObject([{ finish_reason: "stop", message: { content: "Empty." } }]);
    const sent = JSON.stringify(latestRequest(bridge).body);
    expect(sent).toContain('"toolUses":[{"toolUseId":"t1","name":"read","input":{"path":"a"}}]');
    expect(sent).toContain("nothing");
  });

  test("gets the text of a custom tool's call where a function has its arguments", async () => {
    const [begin, end] = [JSON.stringify(patch).slice(0, 20), JSON.stringify(patch).slice(20)];
    const called = tool("t1", "ApplyPatch", `{"input":${begin}`, `${end}}`);
    bridge.simulator.script(stream(called, tool("t2", "read", "{}"), ending("TOOL_USE")));
    const { choices } = await ask({ ...asked, tools: [read, patching] });
    expect(choices).toMatchObject([
      {
        finish_reason: "tool_calls",
        message: {
          tool_calls: [
            { id: "t1", type: "function", function: { name: "ApplyPatch", arguments: patch } },
            { id: "t2", type: "function", function: { name: "read", arguments: "{}" } },
          ],
        },
      },
    ]);
  });
});

test.each([
  ["as of a custom tool", { type: "custom_tool_call", input: patch }, "custom_tool_call_output"],
  [
    "as of a function, which is how it was told",
    { type: "function_call", arguments: patch },
    "function_call_output",
  ],
])("a custom tool's call is said again to the service %s", async (_, call, outputType) => {
  bridge.simulator.script(stream(text("Done."), ending("END_TURN")));
  const input = [
    ...asked.input,
    { ...call, call_id: "t1", name: "ApplyPatch" },
    { type: outputType, call_id: "t1", output: "Success." },
  ];
  await whole({ ...asked, input, tools: [patching] });
  const history = { toolUses: [{ toolUseId: "t1", name: "ApplyPatch", input: { input: patch } }] };
  expect(JSON.stringify(latestRequest(bridge).body)).toContain(JSON.stringify(history).slice(1, -1));
});

describe("a streamed answer to a body of Responses", () => {
  const streamBytes = async (body: object) =>
    (await post(bridge, `/v1${path}`, { ...asked, ...body, stream: true })).bytes();

  test("keeps to chat's grammar, with the usage that was asked for", async () => {
    bridge.simulator.script(stream(text("Hi"), tool("t1", "read", '{"path":"a"}'), ending("TOOL_USE")));
    expect(readChunkStream(await streamBytes({ tools: [read] }), true)).toEqual({
      text: "Hi",
      reasoning: "",
      calls: [{ id: "t1", name: "read", json: '{"path":"a"}' }],
      finishReason: "tool_calls",
    });
  });

  test("keeps to it in the calls of custom tools", async () => {
    const called = tool("t1", "ApplyPatch", JSON.stringify({ input: patch }));
    const empty = tool("t2", "ApplyPatch", '{"input":""}');
    bridge.simulator.script(stream(called, empty, ending("TOOL_USE")));
    expect(readChunkStream(await streamBytes({ tools: [patching] }), true)).toMatchObject({
      calls: [
        { id: "t1", name: "ApplyPatch", json: patch },
        { id: "t2", name: "ApplyPatch", json: "" },
      ],
      finishReason: "tool_calls",
    });
  });

  test("that breaks off ends with chat's error, and is not finished", async () => {
    bridge.simulator.script(stream(text("Hi"), exception("InternalServerException", "It broke.")));
    expect(readChunkStream(await streamBytes({}), true)).toMatchObject({
      text: "Hi",
      finishReason: undefined,
    });
  });
});

test("a used-up quota has the status that it has in chat", async () => {
  bridge.simulator.script({
    status: 400,
    body: {
      __type: "com.amazon.aws.codewhisperer#ThrottlingException",
      message: "Monthly limit.",
      reason: "MONTHLY_REQUEST_COUNT",
    },
  });
  expect(await failureOf(whole(asked))).toMatchObject({ status: 402, code: "insufficient_quota" });
});

describe("a body that is neither of chat nor of Responses", () => {
  const { model } = asked;
  test.each<[param: string, status: number, body: object]>([
    ["messages", 400, { model }],
    ["messages[0].role", 400, { model, messages: [{ role: "ghost", content: "Hello" }] }],
    ["messages[0].role", 400, { model, messages: [{ role: "ghost", content: "Hello" }], input: "Hello" }],
    ["input", 400, { model, input: 5 }],
    ["input[0].call_id", 400, { model, input: [{ type: "function_call", name: "a", arguments: "{}" }] }],
    ["tools[0].name", 400, { ...asked, tools: [{ type: "function" }] }],
    ["background", 400, { ...asked, background: true }],
    ["previous_response_id", 404, { ...asked, previous_response_id: "chatcmpl-1" }],
  ])("is refused, naming what is wrong: %s", async (param, status, body) => {
    const before = bridge.simulator.requests.length;
    const failure = await failureOf(whole(body));
    expect(failure).toMatchObject({ status, param, type: "invalid_request_error" });
    expect(bridge.simulator.requests).toHaveLength(before);
  });
});

test("a body with messages is one of chat, whatever else it has", async () => {
  bridge.simulator.script(stream(text("ok"), ending("END_TURN")));
  await whole({ ...chat, input: "Not this." });
  expect(JSON.stringify(latestRequest(bridge).body)).not.toContain("Not this.");
});

describe("custom tools in chat itself", () => {
  const nested = {
    type: "custom" as const,
    custom: { name: "ApplyPatch", description: "Edits files." },
  };
  const called = () => {
    const fragments = JSON.stringify({ input: patch }).match(/.{1,15}/gs) ?? [];
    bridge.simulator.script(stream(tool("t1", "ApplyPatch", ...fragments), ending("TOOL_USE")));
  };
  const custom = { id: "t1", type: "custom", custom: { name: "ApplyPatch", input: patch } };

  test("are called in the words of the API, whole", async () => {
    called();
    const { choices } = await client.chat.completions.create({ ...chat, tools: [nested] });
    expect(choices).toMatchObject([{ finish_reason: "tool_calls", message: { tool_calls: [custom] } }]);
  });

  test("are called in the words of the API, streamed", async () => {
    called();
    const deltas: unknown[] = [];
    const chunks = await client.chat.completions.create({ ...chat, tools: [nested], stream: true });
    for await (const { choices } of chunks) deltas.push(...(choices[0]?.delta.tool_calls ?? []));
    expect(deltas).toEqual([
      { index: 0, id: "t1", type: "custom", custom: { name: "ApplyPatch", input: "" } },
      { index: 0, custom: { input: patch } },
    ]);
  });

  test("go on with what they gave", async () => {
    called();
    const tools = [nested];
    const first = await client.chat.completions.create({ ...chat, tools });
    bridge.simulator.script(stream(text("Done."), ending("END_TURN")));
    const messages: ChatCompletionMessageParam[] = [
      ...chat.messages,
      ...first.choices.map(({ message }) => message),
      { role: "tool", tool_call_id: "t1", content: "Success." },
    ];
    await client.chat.completions.create({ ...chat, tools, messages });
    const sent = JSON.stringify(latestRequest(bridge).body);
    expect(sent).toContain(`"name":"ApplyPatch","input":${JSON.stringify({ input: patch })}`);
    expect(sent).toContain("Success.");
  });

  test.each(ways)("in the shape of Responses are called as functions with a text, %s", async (_, ask) => {
    called();
    const functions = { type: "function", function: { name: "read" } };
    const { choices } = await ask({ ...chat, tools: [functions, patching] });
    const call = { id: "t1", type: "function", function: { name: "ApplyPatch", arguments: patch } };
    expect(choices).toMatchObject([{ finish_reason: "tool_calls", message: { tool_calls: [call] } }]);
  });

  test("that are cut by the limit of length are told as far as they came, and finished as cut", async () => {
    const cut = stream(tool("t1", "ApplyPatch", '{"input":"*** Beg').slice(0, -1), ending("MAX_TOKENS"));
    bridge.simulator.script(cut, cut);
    for (const ask of [whole, streamed]) {
      expect((await ask({ ...chat, tools: [patching] })).choices).toMatchObject([
        { finish_reason: "length", message: { tool_calls: [{ function: { name: "ApplyPatch" } }] } },
      ]);
    }
  });
});
