import { afterEach, describe, expect, test } from "bun:test";
import type { ModelList } from "../../../src/amazonq/models/model-list.ts";
import { unlistedModel } from "../../../src/amazonq/models/models.ts";
import type { ScriptedAnswer } from "../../../src/simulator/script.ts";
import { anthropicClient, failureOf, openaiClient } from "../../clients/rig.ts";
import { type Bridge, type BridgeOptions, startBridge } from "../../support/bridge.ts";
import { modelNamed } from "../../support/request.ts";
import { ending, refusal, stream, text } from "../../support/script.ts";
import { stopAfter } from "../../support/stop-after.ts";

const kept = stopAfter(afterEach);

/** Ids that the simulator does not know are part of the matter. */
const bridgeWith = ({ config = {}, ...options }: BridgeOptions = {}): Bridge =>
  kept(startBridge({ ...options, config, simulator: { level: "off" } }));

const listOf = (...ids: readonly string[]): ModelList => ({
  current: () => ids.map(unlistedModel),
  refresh: async () => {},
});

/** The four ways to ask, each to the headers of its answer. */
const ways = {
  "chat.completions": (bridge: Bridge, model: string) =>
    post(bridge, "/v1/chat/completions", { model, messages: hello }),
  "chat.completions, streamed": (bridge: Bridge, model: string) =>
    post(bridge, "/v1/chat/completions", { model, messages: hello, stream: true }),
  messages: (bridge: Bridge, model: string) =>
    post(bridge, "/v1/messages", { model, messages: hello, max_tokens: 9, stream: false }),
  "messages, streamed": (bridge: Bridge, model: string) =>
    post(bridge, "/v1/messages", { model, messages: hello, max_tokens: 9, stream: true }),
};
const wayNames = [
  "chat.completions",
  "chat.completions, streamed",
  "messages",
  "messages, streamed",
] as const;
const hello = [{ role: "user", content: "Hello" }];

async function post({ url }: Bridge, path: string, body: unknown) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const modelsAsked = ({ simulator }: Bridge) =>
  simulator.requests.map(({ body }) => /"modelId":"([^"]+)"/.exec(JSON.stringify(body))?.[1]);

describe.each(wayNames)("an answer by %s", (way) => {
  test.each([
    ["claude-haiku-4-5-20251001", "claude-haiku-4.5"],
    ["claude-haiku-4.5", "claude-haiku-4.5"],
    ["gpt-4o", "claude-sonnet-4.5"],
  ])("to %s names %s, the model that answers", async (name, id) => {
    const bridge = bridgeWith();
    const { status, headers, text } = await ways[way](bridge, name);
    expect({ status, model: headers.get("x-aqbridge-model") }).toEqual({ status: 200, model: id });
    expect(modelsAsked(bridge)).toEqual([id]);
    expect(text).toContain(`"model":"${name}"`);
  });

  test("that fails names it too", async () => {
    const bridge = bridgeWith();
    bridge.simulator.script(refusal(500, "InternalServerException", "Oh."));
    const { status, headers } = await ways[way](bridge, "opus");
    expect({ status, model: headers.get("x-aqbridge-model") }).toEqual({
      status: 500,
      model: "claude-opus-5",
    });
  });

  test("is refused for an unknown model where that is wished, before anything is sent", async () => {
    const bridge = bridgeWith({ config: { unknownModels: "reject" } });
    const { status, headers } = await ways[way](bridge, "gpt-4o");
    expect({ status, model: headers.get("x-aqbridge-model") }).toEqual({ status: 404, model: null });
    expect(bridge.simulator.requests).toHaveLength(0);
    expect((await ways[way](bridge, "sonnet")).status).toBe(200);
  });
});

test("a refused model is what the clients know as one", async () => {
  const bridge = bridgeWith({ config: { unknownModels: "reject" } });
  const messages = [{ role: "user" as const, content: "Hello" }];
  expect(
    await failureOf(openaiClient(bridge).chat.completions.create({ model: "gpt-4o", messages })),
  ).toMatchObject({ status: 404, code: "model_not_found", type: "invalid_request_error" });
  expect(
    await failureOf(anthropicClient(bridge).messages.create({ model: "gpt-4o", messages, max_tokens: 9 })),
  ).toMatchObject({ status: 404, type: "not_found_error" });
});

describe("the log says of an unknown name who answers for it", () => {
  const told = ({ log }: Bridge) => log.filter((line) => line.includes("model.unknown"));

  test("once", async () => {
    const bridge = bridgeWith();
    for (const name of ["gpt-4o", "gpt-4o", "sonnet", "gpt-5", "gpt-4o"]) await ways.messages(bridge, name);
    expect(told(bridge)).toEqual([
      expect.stringContaining("name=gpt-4o answering=claude-sonnet-4.5"),
      expect.stringContaining("name=gpt-5 answering=claude-sonnet-4.5"),
    ]);
  });

  test("of a hundred names and no more", async () => {
    const bridge = bridgeWith({ config: { unknownModels: "default", logRequests: false } });
    for (let count = 0; count < 110; count++) await ways.messages(bridge, `made-up-${count}`);
    expect(told(bridge)).toHaveLength(100);
  });
});

interface Choice {
  title: string;
  name: string;
  answers: string;
  listed?: readonly string[];
  config?: BridgeOptions["config"];
}

const choices: readonly Choice[] = [
  {
    title: "a version that the service does not have is answered by the nearest of its family",
    name: "claude-opus-5-5",
    listed: ["claude-sonnet-4.5", "claude-opus-4.5", "claude-opus-5"],
    answers: "claude-opus-5",
  },
  {
    title: "a version of a family that the service does not have is answered by the default",
    name: "claude-opus-5-5",
    listed: ["claude-sonnet-4.5", "claude-haiku-4.5"],
    answers: "claude-sonnet-4.5",
  },
  {
    title: "a name means what the service lists now",
    name: "opus",
    listed: ["claude-opus-9", "claude-opus-4.5"],
    answers: "claude-opus-9",
  },
  {
    title: "a model that the service no longer lists is unknown",
    name: "claude-opus-5",
    listed: ["claude-sonnet-4.5"],
    answers: "claude-sonnet-4.5",
  },
  {
    title: "an alias stands for its model",
    name: "gpt-4o",
    config: { modelAliases: { "gpt-4o": "claude-haiku-4-5" } },
    answers: "claude-haiku-4.5",
  },
  {
    title: "an alias is found in any case",
    name: " GPT-4o",
    config: { modelAliases: { "gpt-4O": "haiku" } },
    answers: "claude-haiku-4.5",
  },
  {
    title: "an alias wins over a model",
    name: "claude-haiku-4.5",
    config: { modelAliases: { "claude-haiku-4.5": "claude-sonnet-5" } },
    answers: "claude-sonnet-5",
  },
  {
    title: "an alias for a model that no list has is passed through",
    name: "fast",
    config: { modelAliases: { fast: "hidden-model-7" }, unknownModels: "reject" },
    answers: "hidden-model-7",
  },
  {
    title: "an alias for a model that the service does not list is passed through",
    name: "fast",
    listed: ["auto"],
    config: { modelAliases: { fast: "claude-opus-4-6" } },
    answers: "claude-opus-4.6",
  },
  {
    title: "a default that no list has is passed through",
    name: "gpt-4o",
    config: { defaultModel: "hidden-model-7" },
    answers: "hidden-model-7",
  },
  {
    title: "no name of an object's own is an alias",
    name: "constructor",
    config: { modelAliases: {} },
    answers: "claude-sonnet-4.5",
  },
];

test.each(choices)("$title", async ({ name, answers, listed, config }) => {
  const bridge = bridgeWith({
    ...(listed && { modelList: listOf(...listed) }),
    ...(config && { config }),
  });
  const { headers } = await ways.messages(bridge, name);
  expect(headers.get("x-aqbridge-model")).toBe(answers);
  expect(modelsAsked(bridge)).toEqual([answers]);
});

test("of a name of any length no more than its beginning is kept", async () => {
  const bridge = bridgeWith({ config: { maxLogLength: 100_000 } });
  await ways.messages(bridge, "x".repeat(50_000));
  const [line = ""] = bridge.log.filter((each) => each.includes("model.unknown"));
  expect(line.length).toBeLessThan(300);
});

describe("a prompt", () => {
  const window = 1000;
  const small: ModelList = {
    current: () => [{ ...unlistedModel("claude-sonnet-4.5"), contextWindow: window }],
    refresh: async () => {},
  };
  const ask = async (words: number, answer: ScriptedAnswer = stream(text("ok"), ending("END_TURN"))) => {
    const bridge = bridgeWith({ modelList: small });
    bridge.simulator.script(answer);
    const body = {
      model: "sonnet",
      max_tokens: 9,
      messages: [{ role: "user", content: "word ".repeat(words) }],
    };
    const { status, text: said } = await post(bridge, "/v1/messages", { ...body, stream: false });
    return { status, said, hits: bridge.simulator.requests.length };
  };

  test("clearly larger than the model's window is refused here, in the words that make clients compact", async () => {
    const { status, said, hits } = await ask(3000);
    expect({ status, hits }).toEqual({ status: 400, hits: 0 });
    const [, tokens, most] = /prompt is too long: (\d+) tokens > (\d+) maximum/.exec(said) ?? [];
    expect(Number(most)).toBe(window);
    expect(Number(tokens)).toBeGreaterThan(1.5 * window);
  });

  test("that may fit is for the service to judge", async () => {
    expect(await ask(1200)).toMatchObject({ status: 200, hits: 1 });
    const tooLong = refusal(
      400,
      "ValidationException",
      "Input is too long.",
      "CONTENT_LENGTH_EXCEEDS_THRESHOLD",
    );
    const { status, said, hits } = await ask(1200, tooLong);
    expect({ status, hits }).toEqual({ status: 400, hits: 1 });
    expect(said).toContain("prompt is too long: ");
  });

  test("is refused by no guess at a window that nobody has told", async () => {
    const bridge = bridgeWith({ config: { modelAliases: { fast: "hidden-model-7" } } });
    const content = "word ".repeat(400_000);
    const { status } = await post(bridge, "/v1/messages", {
      model: "fast",
      max_tokens: 9,
      stream: false,
      messages: [{ role: "user", content }],
    });
    expect(status).toBe(200);
  });
});

describe("the list of models", () => {
  const get = async ({ url }: Bridge, path: string, headers: Record<string, string> = {}) =>
    (await fetch(url + path, { headers })).json();
  const anthropic = { "anthropic-version": "2023-06-01" };
  const facts = { input_modalities: ["text", "image"], rate_multiplier: 2.2, rate_unit: "Credit" };
  const asOpenai = {
    id: "claude-opus-5",
    object: "model",
    created: Date.UTC(2026, 6) / 1000,
    owned_by: "amazon-q",
    display_name: "Claude Opus 5",
    context_window: 1_000_000,
    max_output_tokens: 128_000,
    ...facts,
  };
  const asAnthropic = {
    type: "model",
    id: "claude-opus-5",
    display_name: "Claude Opus 5",
    created_at: "2026-07-01T00:00:00.000Z",
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    lifecycle: "active",
    allowed_fallback_models: null,
    capabilities: null,
    deprecated_at: null,
    line: null,
    retires_at: null,
    ...facts,
  };

  test("tells what is known of each, in both shapes, also of one by any of its names", async () => {
    const modelList: ModelList = { current: () => [modelNamed("claude-opus-5")], refresh: async () => {} };
    const bridge = bridgeWith({ modelList, config: { modelAliases: { big: "claude-opus-5" } } });
    expect(await get(bridge, "/v1/models")).toEqual({ object: "list", data: [asOpenai] });
    expect(await get(bridge, "/v1/models", anthropic)).toMatchObject({ data: [asAnthropic] });
    for (const name of ["claude-opus-5", "opus", "big"]) {
      expect(await get(bridge, `/v1/models/${name}`)).toEqual(asOpenai);
      expect(await get(bridge, `/v1/models/${name}`, anthropic)).toEqual(asAnthropic);
    }
  });

  test("leaves out a price that nobody has told, and gives an unknown release the epoch", async () => {
    const bridge = bridgeWith({ modelList: listOf("new-1") });
    const model = await get(bridge, "/v1/models/new-1");
    expect(model).toMatchObject({ created: 0, input_modalities: ["text", "image"] });
    expect(model).not.toHaveProperty("rate_multiplier");
    expect(await get(bridge, "/v1/models/new-1", anthropic)).toMatchObject({
      created_at: "1970-01-01T00:00:00.000Z",
    });
  });

  test("is read by both clients", async () => {
    const bridge = bridgeWith({ modelList: listOf("a", "b") });
    expect((await openaiClient(bridge).models.list()).data.map(({ id }) => id)).toEqual(["a", "b"]);
    expect((await anthropicClient(bridge).models.list()).data.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("the marks that proxies append to a model's name", () => {
  const sent = async (body: object): Promise<string> => {
    const bridge = bridgeWith();
    await post(bridge, "/v1/chat/completions", { messages: hello, ...body });
    return JSON.stringify(bridge.simulator.requests.at(-1)?.body);
  };

  test.each([
    ["claude-opus-5-high", '"output_config":{"effort":"high"}'],
    ["claude-opus-4-6-thinking-xhigh", '"output_config":{"effort":"max"}'],
    ["gpt-5.6-sol-low", '"reasoning":{"effort":"low"}'],
    ["claude-opus-9-high", '"output_config":{"effort":"high"}'],
    ["anthropic/claude-opus-5:thinking", '"thinking":{"type":"adaptive"}'],
    ["claude-sonnet-4-5-20250929-thinking", "<thinking_mode>enabled</thinking_mode>"],
  ])("ask for thinking: %s", async (model, asked) => {
    expect(await sent({ model })).toContain(asked);
  });

  test("ask for none that the request does not want, or wants otherwise", async () => {
    const none = await sent({ model: "claude-opus-5-high", reasoning_effort: "none" });
    expect(none).toContain('"thinking":{"type":"disabled"}');
    const low = await sent({ model: "claude-opus-5-high", reasoning_effort: "low" });
    expect(low).toContain('"output_config":{"effort":"low"}');
  });

  test("ask for thinking where an alias has them, but not in the alias itself", async () => {
    const bridge = bridgeWith({
      config: { modelAliases: { mine: "claude-opus-5-max", "mine-max": "claude-opus-5" } },
    });
    for (const model of ["mine", "mine-max"])
      await post(bridge, "/v1/chat/completions", { model, messages: hello });
    expect(
      bridge.simulator.requests.map((request) => JSON.stringify(request.body).includes("effort")),
    ).toEqual([true, false]);
  });

  test("give way to a budget", async () => {
    const bridge = bridgeWith();
    const thinking = { type: "enabled", budget_tokens: 2000 };
    await post(bridge, "/v1/messages", {
      model: "claude-opus-5-max",
      max_tokens: 4000,
      messages: hello,
      thinking,
    });
    expect(JSON.stringify(bridge.simulator.requests)).not.toContain('"effort":"max"');
  });

  test.each(["claude-opus-5", "claude-opus-5-latest", "mistral-medium", "o3-high", "gpt-5.1-codex-max"])(
    "are no marks in %s",
    async (model) => {
      expect(await sent({ model })).not.toMatch(/additionalModelRequestFields|thinking_mode/);
    },
  );

  test("are none in the name of a model that is called so", async () => {
    const bridge = bridgeWith({ modelList: listOf("claude-opus-5", "claude-opus-5-high") });
    await post(bridge, "/v1/chat/completions", { messages: hello, model: "claude-opus-5-high" });
    expect(modelsAsked(bridge)).toEqual(["claude-opus-5-high"]);
    expect(JSON.stringify(bridge.simulator.requests)).not.toContain("thinking_mode");
  });
});
