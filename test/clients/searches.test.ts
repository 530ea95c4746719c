import { afterEach, describe, expect, test } from "bun:test";
import type Anthropic from "@anthropic-ai/sdk";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import type { ScriptedStream } from "../../src/simulator/script.ts";
import { type Bridge, type BridgeOptions, startBridge } from "../support/bridge.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import {
  ending,
  exception,
  metadata,
  metering,
  reasoning,
  refusal,
  stream,
  text,
  tool,
} from "../support/script.ts";
import { expectSoon } from "../support/soon.ts";
import {
  anthropicClient,
  chat,
  failureOf,
  latestRequest,
  message,
  openaiClient,
  post,
  toolNames,
} from "./rig.ts";

let bridge: Bridge;
const start = (options?: BridgeOptions) => {
  bridge = startBridge(options);
  return bridge;
};
afterEach(() => bridge.stop());

const search = { type: "web_search_20250305", name: "web_search", max_uses: 8 } as const;
const weather = {
  name: "weather",
  description: "Tells it.",
  input_schema: { type: "object" as const, properties: {} },
};
const searching: Anthropic.MessageCreateParamsNonStreaming = { ...message, tools: [search] };

const searchFor = (id: string, query: string) => tool(id, "web_search", '{"que', `ry":"${query}"}`);
const lookUp = (query: string, id = "tooluse_1"): ScriptedStream =>
  stream(text("Let me ", "see."), searchFor(id, query), ending("TOOL_USE"));
const conclude = (words = "It is new."): ScriptedStream => stream(text(words), ending("END_TURN"));

const asked = (id: string, query: string) => ({
  type: "server_tool_use",
  id: `srvtoolu_${id}`,
  name: "web_search",
  input: { query },
  caller: { type: "direct" },
});
const came = (id: string, content: unknown) => ({
  type: "web_search_tool_result",
  tool_use_id: `srvtoolu_${id}`,
  content,
  caller: { type: "direct" },
});
const said = (words: string) => ({ type: "text", text: words, citations: null });
const pages = (query: string) =>
  ["example.com", "example.org", "docs.example.net"].map((domain) =>
    expect.objectContaining({
      type: "web_search_result",
      url: `https://${domain}/about?q=${query}`,
      title: `About ${query}, by ${domain}`,
      encrypted_content: expect.any(String),
    }),
  );

const requestsTo = (path: string) => bridge.simulator.requests.filter((request) => request.path === path);
const inferences = () => requestsTo("/generateAssistantResponse");

describe("anthropic's clients", () => {
  test.each([true, false])(
    "get a search, what it found and the answer in one message, streamed %p",
    async (streamed) => {
      start().simulator.script(lookUp("bun"), conclude());
      const { messages } = anthropicClient(bridge);
      const answer = await (streamed
        ? messages.stream(searching).finalMessage()
        : messages.create(searching));
      expect(answer.content).toEqual([
        said("Let me see."),
        asked("1", "bun"),
        came("1", pages("bun")),
        said("It is new."),
      ] as never);
      expect(answer).toMatchObject({
        stop_reason: "end_turn",
        usage: { server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } },
      });
      expect(inferences().flatMap(({ violations }) => violations)).toEqual([]);
    },
  );

  test("get the blocks of a search one at a time, its query in a delta", async () => {
    start().simulator.script({ ...lookUp("bun"), chunking: "whole" }, conclude());
    const response = await post(bridge, "/v1/messages", { ...searching, stream: true });
    const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data = ""]) =>
      JSON.parse(data),
    );
    const shape = events
      .filter(({ type }) => type.startsWith("content_block"))
      .map(({ type, index, content_block, delta }) => [
        index,
        type.slice(14),
        content_block?.type ?? delta?.type,
      ]);
    expect(shape).toEqual([
      [0, "start", "text"],
      [0, "delta", "text_delta"],
      [0, "stop", undefined],
      [1, "start", "server_tool_use"],
      [1, "delta", "input_json_delta"],
      [1, "stop", undefined],
      [2, "start", "web_search_tool_result"],
      [2, "stop", undefined],
      [3, "start", "text"],
      [3, "delta", "text_delta"],
      [3, "stop", undefined],
    ]);
  });

  test("send it all back, and the model sees each search with what was found, thoughts included", async () => {
    start().simulator.script(
      stream(
        reasoning(["Hm."], "c2lnMQ=="),
        text("Let me see."),
        searchFor("tooluse_1", "bun"),
        ending("TOOL_USE"),
      ),
      stream(reasoning(["So."], "c2lnMg=="), text("It is new."), ending("END_TURN")),
      conclude("You are welcome."),
    );
    const { messages } = anthropicClient(bridge);
    const params = { ...searching, model: "claude-opus-4.6", thinking: { type: "adaptive" as const } };
    const { content } = await messages.create(params);
    await messages.create({
      ...params,
      messages: [...params.messages, { role: "assistant", content }, { role: "user", content: "Thanks." }],
    });
    expect(inferences().flatMap(({ violations }) => violations)).toEqual([]);
    const [, second, third] = inferences();
    expect(JSON.stringify(second?.body)).toContain('"reasoningText":{"text":"Hm.","signature":"c2lnMQ=="}');
    const found = expect.stringContaining("https://example.com/about?q=bun\nThe simulator found this page");
    expect(third?.body).toMatchObject({
      conversationState: {
        history: [
          { userInputMessage: { content: "Hello" } },
          {
            assistantResponseMessage: {
              content: "Let me see.",
              toolUses: [{ toolUseId: "srvtoolu_1", name: "web_search", input: { query: "bun" } }],
            },
          },
          {
            userInputMessage: {
              userInputMessageContext: {
                toolResults: [{ toolUseId: "srvtoolu_1", status: "success", content: [{ text: found }] }],
              },
            },
          },
          { assistantResponseMessage: { content: "It is new." } },
        ],
        currentMessage: { userInputMessage: { content: "Thanks." } },
      },
    });
  });

  test("run their own tool that was called beside a search, and go on", async () => {
    start().simulator.script(
      stream(searchFor("tooluse_1", "bun"), tool("tooluse_2", "weather", "{}"), ending("TOOL_USE")),
      conclude(),
    );
    const { messages } = anthropicClient(bridge);
    const params = { ...searching, tools: [search, weather] };
    const { content, stop_reason } = await messages.stream(params).finalMessage();
    // The runner puts its matchers into what they match.
    expect(structuredClone(content)).toMatchObject([
      asked("1", "bun"),
      came("1", pages("bun")),
      { type: "tool_use", id: "tooluse_2" },
    ]);
    expect(stop_reason).toBe("tool_use");
    expect(inferences()).toHaveLength(1);

    const result = { type: "tool_result" as const, tool_use_id: "tooluse_2", content: "sunny" };
    await messages.create({
      ...params,
      messages: [...params.messages, { role: "assistant", content }, { role: "user", content: [result] }],
    });
    expect(latestRequest(bridge).body).toMatchObject({
      conversationState: {
        history: [
          {},
          { assistantResponseMessage: { toolUses: [{ name: "web_search" }] } },
          { userInputMessage: { userInputMessageContext: { toolResults: [{ toolUseId: "srvtoolu_1" }] } } },
          { assistantResponseMessage: { toolUses: [{ name: "weather" }] } },
        ],
        currentMessage: {
          userInputMessage: { userInputMessageContext: { toolResults: [{ toolUseId: "tooluse_2" }] } },
        },
      },
    });
  });

  test.each([{ type: "auto" as const }, { type: "tool" as const, name: "web_search" }])(
    "that search by a request of its own, as Claude Code does, are answered: %p",
    async (tool_choice) => {
      start();
      const prompt = "Perform a web search for the query: bun release notes";
      const { content, stop_reason } = await anthropicClient(bridge)
        .messages.stream({ ...searching, messages: [{ role: "user", content: prompt }], tool_choice })
        .finalMessage();
      expect(content.map(({ type }) => type)).toEqual([
        "text",
        "server_tool_use",
        "web_search_tool_result",
        "text",
      ]);
      expect(content[1]).toMatchObject({ input: { query: "bun release notes" } });
      expect(stop_reason).toBe("end_turn");
    },
  );

  test("are told of a search that is refused, and get their answer; the next request offers no search", async () => {
    start().simulator.script(lookUp("bun"), conclude("I could not search."), conclude());
    bridge.simulator.scriptSearch(refusal(404, "UnknownOperationException", "The operation is not known."));
    const { messages } = anthropicClient(bridge);
    const { content, usage } = await messages.stream(searching).finalMessage();
    expect(content).toEqual([
      said("Let me see."),
      asked("1", "bun"),
      came("1", { type: "web_search_tool_result_error", error_code: "unavailable" }),
      said("I could not search."),
    ] as never);
    expect(usage.server_tool_use).toBeNull();
    expect(JSON.stringify(inferences()[1]?.body)).toContain("The web cannot be searched at the moment.");

    await messages.create({ ...searching, tools: [search, weather] });
    const request = latestRequest(bridge);
    expect(toolNames(request)).toEqual(["weather"]);
    expect(JSON.stringify(request.body)).toContain("not available here, so do without them: web_search.");
  });

  test("get no false success when the model fails after a search", async () => {
    start().simulator.script(lookUp("bun"), stream(exception("internalServerException", "oh no")));
    const { messages } = anthropicClient(bridge);
    const response = await post(bridge, "/v1/messages", { ...searching, stream: true });
    const body = await response.text();
    expect(body).toContain("event: error\n");
    expect(body).not.toContain("message_stop");

    bridge.simulator.script(lookUp("bun"), stream(exception("internalServerException", "oh no")));
    expect(await failureOf(messages.create(searching))).toMatchObject({ status: 500 });
  });

  test("keep their stop sequences and their limit across rounds", async () => {
    start().simulator.script(
      lookUp("bun"),
      conclude("One, two, three."),
      lookUp("bun"),
      conclude("word ".repeat(500)),
    );
    const { messages } = anthropicClient(bridge);
    const stopped = await messages.create({ ...searching, stop_sequences: ["two"] });
    expect(stopped).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "two" });
    expect(stopped.content.at(-1)).toMatchObject({ text: "One, " });
    const limited = await messages.create({ ...searching, max_tokens: 60 });
    expect(limited).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 60 } });
  });

  test("get an answer of the form that they ask for, with the search before it", async () => {
    const answer = tool("tooluse_2", "final_answer", '{"version":"1.4"}');
    start().simulator.script(lookUp("bun"), stream(answer, ending("TOOL_USE")));
    const schema = { type: "object", properties: { version: { type: "string" } } };
    const { content, stop_reason } = await anthropicClient(bridge)
      .messages.stream({ ...searching, output_config: { format: { type: "json_schema", schema } } })
      .finalMessage();
    expect(content.map(({ type }) => type)).toEqual(["server_tool_use", "web_search_tool_result", "text"]);
    expect(content.at(-1)).toMatchObject({ text: '{"version":"1.4"}' });
    expect(stop_reason).toBe("end_turn");
  });

  test("that leave during a search end it within 50 ms", async () => {
    start();
    const times: number[] = [];
    for (let count = 1; count <= 3; count++) {
      bridge.simulator.script(lookUp("bun"));
      bridge.simulator.scriptSearch({ status: 200, body: {}, delayMs: 60_000 });
      const answer = anthropicClient(bridge).messages.stream(searching);
      answer.on("error", () => {});
      answer.on("abort", () => {});
      await until(() => requestsTo("/mcp").length === count);
      const leftAt = performance.now();
      answer.abort();
      await until(() => bridge.openUpstream() === 0);
      times.push(performance.now() - leftAt);
      expect(inferences()).toHaveLength(count);
    }
    expectSoon(times);
  });

  test("hear heartbeats while a search takes its time", async () => {
    const clock = manualClock();
    start({ clock }).simulator.script(lookUp("bun"), conclude());
    bridge.simulator.scriptSearch({ status: 500, delayMs: 19_000 });
    const response = await post(bridge, "/v1/messages", { ...searching, stream: true });
    let heard = "";
    const listening = (async () => {
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) heard += piece;
    })();
    await until(() => requestsTo("/mcp").length === 1 && heard.includes("server_tool_use"));
    await until(() => clock.waiting() === 3);
    expect(heard).not.toContain("event: ping");
    clock.advance(15_000);
    await until(() => heard.includes("event: ping"));
    clock.advance(4_000);
    await listening;
    expect(heard).toContain("unavailable");
    expect(heard).toContain("message_stop");
  });
});

describe("openai's clients", () => {
  const model = "claude-sonnet-4.5";
  const ids = /^ws_[0-9a-f-]+_\d$/;

  test("of Responses get a search as an item, and the answer after it", async () => {
    start().simulator.script(lookUp("bun"), conclude(), lookUp("bun"), conclude());
    const params = {
      model,
      input: "What is new?",
      tools: [{ type: "web_search" as const }],
      include: ["web_search_call.action.sources" as const],
    };
    const { responses } = openaiClient(bridge);
    const whole = await responses.create(params);
    expect(whole.output).toMatchObject([
      { type: "message", content: [{ text: "Let me see." }] },
      {
        type: "web_search_call",
        id: expect.stringMatching(ids),
        status: "completed",
        action: {
          type: "search",
          query: "bun",
          queries: ["bun"],
          sources: [{ type: "url", url: "https://example.com/about?q=bun" }, {}, {}],
        },
      },
      { type: "message", content: [{ text: "It is new." }] },
    ]);

    const events: ResponseStreamEvent[] = [];
    const listening = responses.stream(params);
    for await (const event of listening) events.push(event);
    const itemsOf = (output: readonly { type: string }[]) =>
      output.map((item) => ({ ...item, id: undefined, parsed: undefined }));
    expect(JSON.stringify(itemsOf((await listening.finalResponse()).output))).toContain('"query":"bun"');
    const ofSearch = events.filter(({ type }) => type.includes("web_search_call"));
    expect(ofSearch).toMatchObject([
      { type: "response.web_search_call.in_progress", output_index: 1, item_id: expect.stringMatching(ids) },
      { type: "response.web_search_call.searching", output_index: 1 },
      { type: "response.web_search_call.completed", output_index: 1 },
    ]);
    const items = events.flatMap((event) =>
      "item" in event && event.item.type === "web_search_call" ? [[event.type, event.item.status]] : [],
    );
    expect(items).toEqual([
      ["response.output_item.added", "in_progress"],
      ["response.output_item.done", "completed"],
    ]);
  });

  test("of Responses go on from an answer with a search, by its id or with its items", async () => {
    start().simulator.script(lookUp("bun"), conclude(), conclude(), conclude());
    const { responses } = openaiClient(bridge);
    const tools = [{ type: "web_search_preview" as const }];
    const first = await responses.create({ model, input: "What is new?", tools });
    await responses.create({ model, input: "Why?", tools, previous_response_id: first.id });
    const byId = latestRequest(bridge);
    await responses.create({
      model,
      tools,
      input: [
        { role: "user", content: "What is new?" },
        ...first.output.filter((item) => item.type === "message" || item.type === "web_search_call"),
        { role: "user", content: "Why?" },
      ],
    });
    const withItems = latestRequest(bridge);
    expect(withItems.body).toEqual(byId.body);
    expect(JSON.stringify(byId.body)).toContain('"name":"web_search","input":{"query":"bun"}');
    expect(JSON.stringify(byId.body)).toContain("https://example.com/about?q=bun");
  });

  test("of Responses are told of a search that failed, and may limit and demand searches", async () => {
    start().simulator.script(
      stream(searchFor("t1", "a"), searchFor("t2", "b"), ending("TOOL_USE")),
      conclude(),
    );
    const { output } = await openaiClient(bridge).responses.create({
      model,
      input: "What is new?",
      tools: [{ type: "web_search", filters: { allowed_domains: ["example.com"] } }],
      tool_choice: { type: "web_search_preview" },
      max_tool_calls: 1,
      include: ["web_search_call.action.sources"],
    });
    expect(output).toMatchObject([
      { status: "completed", action: { sources: [{ url: "https://example.com/about?q=a" }] } },
      { status: "failed", action: { query: "b" } },
      { type: "message" },
    ]);
    expect(JSON.stringify(inferences()[0]?.body)).toContain("Call the tool web_search in your next message.");
  });

  test("of Responses may send searches of any kind that another server has run", async () => {
    start().simulator.script(conclude());
    const item = { type: "web_search_call" as const, status: "completed" as const };
    await openaiClient(bridge).responses.create({
      model,
      input: [
        { role: "user", content: "What is new?" },
        {
          ...item,
          id: "ws_1",
          action: {
            type: "search",
            queries: ["a", "b"],
            sources: [{ type: "url", url: "https://a.example/" }],
          },
        },
        { ...item, id: "ws_2", action: { type: "open_page", url: "https://b.example/" } },
        { ...item, id: "ws_3", action: { type: "find_in_page", url: "https://c.example/", pattern: "x" } },
        { role: "assistant", content: "This." },
        { role: "user", content: "Why?" },
      ],
    });
    const state = JSON.stringify(latestRequest(bridge).body);
    for (const part of ['{"query":"a b"}', "https://a.example/", "https://b.example/", "https://c.example/"])
      expect(state).toContain(part);
  });

  test("of Responses are told, through the model, of tools that are not here", async () => {
    start().simulator.script(conclude());
    await openaiClient(bridge).responses.create({
      model,
      input: "Hello",
      tools: [{ type: "code_interpreter", container: { type: "auto" } }, { type: "image_generation" }],
    });
    expect(JSON.stringify(latestRequest(bridge).body)).toContain("code_interpreter, image_generation.");
  });

  test("of Chat Completions get the answer alone, in paragraphs", async () => {
    start().simulator.script(lookUp("bun"), conclude(), lookUp("bun"), conclude());
    const { completions } = openaiClient(bridge).chat;
    const params = {
      ...chat,
      web_search_options: { user_location: { type: "approximate", approximate: { city: "Ulm" } } },
    } as const;
    const whole = await completions.create(params);
    expect(whole.choices).toMatchObject([
      { finish_reason: "stop", message: { content: "Let me see.\n\nIt is new." } },
    ]);
    expect(whole.choices[0]?.message.tool_calls).toBeUndefined();
    const streamed = await completions.stream(params).finalChatCompletion();
    expect(streamed.choices).toMatchObject([
      { finish_reason: "stop", message: { content: "Let me see.\n\nIt is new." } },
    ]);
    expect(JSON.stringify(inferences()[0]?.body)).toContain("The user is in Ulm.");
  });
});

test("the usage counts the tokens of all rounds, and the metrics their credits", async () => {
  const tokenUsage = { uncachedInputTokens: 10, outputTokens: 5, cacheReadInputTokens: 20, totalTokens: 35 };
  start().simulator.script(
    stream(searchFor("t1", "bun"), metering, metadata({ stopReason: "TOOL_USE", tokenUsage })),
    stream(text("So."), metering, metadata({ stopReason: "END_TURN", tokenUsage })),
  );
  const { usage } = await anthropicClient(bridge).messages.create(searching);
  expect(usage).toMatchObject({ input_tokens: 20, cache_read_input_tokens: 40 });
  const metrics = await (await fetch(`${bridge.url}/metrics`)).text();
  expect(metrics).toContain("aqbridge_credits_total 0.5\n");
});
