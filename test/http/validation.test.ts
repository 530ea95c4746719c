import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { open, variants } from "../../src/http/schema.ts";
import { invalidBody } from "../../src/http/validation.ts";
import { isJsonObject, type JsonObject } from "../../src/json.ts";
import { makeServer } from "../support/server.ts";

const { app } = makeServer();
const hello = { role: "user", content: "Hello" };
const chatPath = "/v1/chat/completions";
const messagesPath = "/v1/messages";
const responsesPath = "/v1/responses";

async function post(path: string, body: unknown) {
  const answer = await app.handle(
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { host: "localhost", "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  return { status: answer.status, text: await answer.text() };
}

/** What the client is told of a body that is refused. */
async function refusal(path: string, body: unknown) {
  const { status, text } = await post(path, body);
  expect(status).toBe(400);
  return JSON.parse(text).error;
}

const chat = (rest: object) => ({ model: "m", messages: [hello], ...rest });
const said = (...messages: unknown[]) => ({ model: "m", messages });
const userSaid = (...content: unknown[]) => said(hello, { role: "user", content });

const roles = '"system" or "developer" or "user" or "assistant" or "tool" or "function"';

const absurdLimits = (least: number) =>
  [-1, "5", 1.5].map((max_tokens): [unknown, string] => [
    chat({ max_tokens }),
    `max_tokens: must be an integer of at least ${least} or null`,
  ]);

const common: [unknown, string][] = [
  [[], "the request body: must be an object"],
  ["text", "the request body: must be an object"],
  [null, "the request body: must be an object"],
  [{}, "model: is required"],
  [{ model: null, messages: [hello] }, "model: must be a string, not empty"],
  [{ model: "", messages: [hello] }, "model: must be a string, not empty"],
  [{ model: "m" }, "messages: is required"],
  [said(), "messages: must be an array of 1 to 20000 members"],
  [{ model: "m", messages: hello }, "messages: must be an array of 1 to 20000 members"],
  [said(...Array(20_001).fill(hello)), "messages: must be an array of 1 to 20000 members"],
  [said(hello, null), "messages[1]: must be an object"],
  [said(["Hello"]), "messages[0]: must be an object"],
  [userSaid(1), "messages[1].content[0]: must be an object"],
  [userSaid(null), "messages[1].content[0]: must be an object"],
  [userSaid({ type: "text", text: 1 }), "messages[1].content[0].text: must be a string"],
  [userSaid({ type: "text", text: null }), "messages[1].content[0].text: must be a string"],
  [userSaid({ type: "text", text: "a" }, { type: "text" }), "messages[1].content[1].text: is required"],
  [chat({ stream: "true" }), "stream: must be true or false or null"],
  [chat({ tools: {} }), "tools: must be an array of 0 to 10000 members or null"],
  [chat({ tools: Array(10_001).fill({}) }), "tools: must be an array of 0 to 10000 members or null"],
];

const chatOnly: [unknown, string][] = [
  ...absurdLimits(1),
  [said({ content: "Hello" }), `messages[0].role: must be ${roles}`],
  [said({ role: "wizard", content: "Hello" }), `messages[0].role: must be ${roles}`],
  [said({ role: null }), `messages[0].role: must be ${roles}`],
  [said({ role: "user", content: 1 }), "messages[0].content: must be a string or an array or null"],
  [
    userSaid({ text: "Hello" }),
    'messages[1].content[0].type: must be "text" or "image_url" or "file" or "refusal" or "input_audio" or "input_text" or "output_text" or "input_image" or "input_file"',
  ],
  [
    userSaid({ type: "image_url", image_url: "data:" }),
    "messages[1].content[0].image_url: must be an object",
  ],
  [
    userSaid({ type: "image_url", image_url: { url: null } }),
    "messages[1].content[0].image_url.url: must be a string",
  ],
  [said({ role: "tool", content: "Hello" }), "messages[0].tool_call_id: is required"],
  [said({ role: "assistant", tool_calls: [{ id: "a" }] }), "messages[0].tool_calls[0].function: is required"],
  [
    said({ role: "assistant", tool_calls: [{ id: "a", function: { name: "a", arguments: {} } }] }),
    "messages[0].tool_calls[0].function.arguments: must be a string or null",
  ],
  [
    chat({ stop: 1 }),
    "stop: must be a string of at most 256 characters or an array of 0 to 256 members or null",
  ],
  [chat({ stop: ["a", 1] }), "stop[1]: must be a string of at most 256 characters"],
  [
    chat({ stream_options: { include_usage: 1 } }),
    "stream_options.include_usage: must be true or false or null",
  ],
  [chat({ tools: [{}] }), 'tools[0].type: must be "function" or "custom"'],
  [chat({ tools: [{ type: "function", function: {} }] }), "tools[0].function.name: is required"],
  [
    chat({ tool_choice: "sometimes" }),
    'tool_choice: must be "none" or "auto" or "required" or an object or null',
  ],
  [chat({ tool_choice: { type: "function" } }), "tool_choice.function: is required"],
  [
    chat({ response_format: { type: "yaml" } }),
    'response_format.type: must be "text" or "json_object" or "json_schema"',
  ],
  [chat({ response_format: { type: "json_schema" } }), "response_format.json_schema: is required"],
];

const blockTypes =
  '"text" or "tool_use" or "tool_result" or "thinking" or "redacted_thinking" or "image" or "document" or "search_result" or "server_tool_use" or "web_search_tool_result" or "compaction" or "tool_addition" or "tool_removal"';
const image = (source: object) => ({ type: "image", source });

const messagesOnly: [unknown, string][] = [
  ...absurdLimits(0),
  [said({ content: "Hello" }), 'messages[0].role: must be "user" or "assistant" or "system"'],
  [said({ role: "wizard", content: "Hello" }), 'messages[0].role: must be "user" or "assistant" or "system"'],
  [said({ role: "user" }), "messages[0].content: is required"],
  [said({ role: "user", content: null }), "messages[0].content: must be a string or an array"],
  [userSaid({}), `messages[1].content[0].type: must be ${blockTypes}`],
  [userSaid({ type: null }), `messages[1].content[0].type: must be ${blockTypes}`],
  [userSaid({ type: "image" }), "messages[1].content[0].source: is required"],
  [userSaid(image({})), 'messages[1].content[0].source.type: must be "base64" or "url" or "file"'],
  [
    userSaid(image({ type: "ftp" })),
    'messages[1].content[0].source.type: must be "base64" or "url" or "file"',
  ],
  [
    userSaid(image({ type: "base64", media_type: "image/png" })),
    "messages[1].content[0].source.data: is required",
  ],
  [
    userSaid({ type: "tool_result", tool_use_id: "a", content: [image({ type: "url" })] }),
    "messages[1].content[0].content[0].source.url: is required",
  ],
  [
    userSaid({ type: "document", source: { type: "content", content: [image({ type: "url", url: 1 })] } }),
    "messages[1].content[0].source.content[0].source.url: must be a string",
  ],
  [userSaid({ type: "tool_use", id: "a", name: "a" }), "messages[1].content[0].input: is required"],
  [chat({ system: 1 }), "system: must be a string or an array or null"],
  [chat({ system: [{ type: "text", text: 1 }] }), "system[0].text: must be a string"],
  [chat({ tools: [{ name: "a" }] }), "tools[0].input_schema: is required"],
  [chat({ tools: [{ type: "custom", name: "a" }] }), "tools[0].input_schema: is required"],
  [chat({ tool_choice: "auto" }), "tool_choice: must be an object or null"],
  [chat({ tool_choice: { type: "tool" } }), "tool_choice.name: is required"],
  [chat({ tool_choice: { type: "a" } }), 'tool_choice.type: must be "auto" or "any" or "tool" or "none"'],
  [chat({ stop_sequences: "a" }), "stop_sequences: must be an array of 0 to 256 members or null"],
  [chat({ thinking: { type: "enabled" } }), "thinking.budget_tokens: is required"],
  [
    chat({ thinking: { type: "enabled", budget_tokens: -1 } }),
    "thinking.budget_tokens: must be an integer of at least 0",
  ],
  [chat({ output_config: { format: { type: "json" } } }), 'output_config.format.type: must be "json_schema"'],
];

const asked = (...input: unknown[]) => ({ model: "m", input });
const itemTypes =
  '"message" or "function_call" or "function_call_output" or "custom_tool_call" or "custom_tool_call_output" or "reasoning" or "web_search_call" or "additional_tools" or "configuration_update" or "item_reference"';
const itemRoles = '"user" or "assistant" or "system" or "developer"';

const responsesOnly: [unknown, string][] = [
  [{ model: "m" }, "input: is required"],
  [asked(5), "input[0]: must be an object"],
  [asked(hello, { role: "wizard", content: "Hello" }), `input[1].role: must be ${itemRoles}`],
  [asked({ type: "message", role: "wizard", content: "Hello" }), `input[0].role: must be ${itemRoles}`],
  [asked({ id: "a", role: "wizard", content: "Hello" }), `input[0].role: must be ${itemRoles}`],
  [asked({ role: "user" }), "input[0].content: is required"],
  [asked({ type: 5 }), `input[0].type: must be ${itemTypes} or null`],
  [asked({ content: "Hello" }), `input[0].type: must be ${itemTypes}`],
  [asked({ type: "function_call", call_id: "a", name: "b" }), "input[0].arguments: is required"],
  [asked({ type: "item_reference" }), "input[0].id: is required"],
  [asked({ id: 5 }), "input[0].id: must be a string, not empty"],
  [{ ...asked(hello), tool_choice: { type: "allowed_tools" } }, "tool_choice.mode: is required"],
];

const short = (body: unknown) => JSON.stringify(body).slice(0, 100);

describe("a chat completion request", () => {
  test.each([...common, ...chatOnly].map(([body, sentence]) => [short(body), sentence, body] as const))(
    "%s: %s",
    async (_short, sentence, body) => {
      const [path = ""] = sentence.split(": ");
      expect(await refusal(chatPath, body)).toEqual({
        message: sentence,
        type: "invalid_request_error",
        param: path === "the request body" ? null : path,
        code: "invalid_value",
      });
    },
  );
});

describe("a messages request", () => {
  test.each([...common, ...messagesOnly].map(([body, sentence]) => [short(body), sentence, body] as const))(
    "%s: %s",
    async (_short, sentence, body) => {
      expect(await refusal(messagesPath, body)).toEqual({ type: "invalid_request_error", message: sentence });
    },
  );
});

describe("a responses request", () => {
  test.each(responsesOnly.map(([body, sentence]) => [short(body), sentence, body] as const))(
    "%s: %s",
    async (_short, message, body) => {
      const [param] = message.split(": ");
      expect(await refusal("/v1/responses", body)).toMatchObject({ message, param, code: "invalid_value" });
    },
  );
});

describe.each([
  [chatPath, { messages: [hello] }],
  ["/v1/completions", { prompt: "a" }],
  [messagesPath, { messages: [hello] }],
  ["/v1/messages/count_tokens", { messages: [hello] }],
  [responsesPath, { input: "a" }],
])("POST %s", (path, rest) => {
  test.each(["toString", "valueOf", "toJSON", "constructor"])(
    "refuses an object whose member %s is not a function like any other",
    async (name) => {
      const { message } = await refusal(path, { model: { [name]: 1 }, ...rest });
      expect(message).toBe("model: must be a string, not empty");
    },
  );
});

describe("every member of a request", () => {
  const schema = { type: "object", properties: { path: { type: "string" } } };
  const fullChat: JsonObject = {
    model: "m",
    messages: [
      { role: "system", content: "a" },
      { role: "user", content: [{ type: "text", text: "a" }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "a", type: "function", function: { name: "a", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "a", content: "a" },
    ],
    tools: [{ type: "function", function: { name: "a", description: "a", parameters: schema } }],
    tool_choice: { type: "function", function: { name: "a" } },
    response_format: { type: "json_schema", json_schema: { name: "a", schema } },
    reasoning: { effort: "low" },
    max_tokens: 5,
    max_completion_tokens: 5,
    stop: ["a"],
    stream: false,
    stream_options: { include_usage: true },
    parallel_tool_calls: false,
    user: "a",
  };
  const fullMessages: JsonObject = {
    model: "m",
    system: [{ type: "text", text: "a", cache_control: { type: "ephemeral" } }],
    messages: [
      { role: "user", content: [{ type: "text", text: "a" }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "a", signature: "a" },
          { type: "tool_use", id: "a", name: "a", input: {} },
        ],
      },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "a" }] }],
      },
    ],
    tools: [{ name: "a", description: "a", input_schema: schema }],
    tool_choice: { type: "tool", name: "a", disable_parallel_tool_use: true },
    thinking: { type: "enabled", budget_tokens: 1024 },
    output_config: { effort: "low", format: { type: "json_schema", schema } },
    stop_sequences: ["a"],
    max_tokens: 5,
    stream: false,
    metadata: { user_id: "a" },
  };

  const fullResponses: JsonObject = {
    model: "m",
    instructions: "a",
    input: [
      { role: "developer", content: "a" },
      { type: "message", role: "user", content: [{ type: "input_text", text: "a" }] },
      {
        type: "reasoning",
        id: "rs_1",
        summary: [{ type: "summary_text", text: "a" }],
        encrypted_content: "a",
      },
      { type: "function_call", id: "fc_1", call_id: "a", name: "a", arguments: "{}" },
      { type: "function_call_output", call_id: "a", output: [{ type: "input_text", text: "a" }] },
      {
        type: "web_search_call",
        id: "ws_1",
        action: { type: "search", query: "a", sources: [{ url: "a" }] },
      },
      { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "a" }] },
    ],
    tools: [
      { type: "function", name: "a", description: "a", parameters: schema },
      { type: "namespace", name: "b", tools: [{ type: "custom", name: "a" }] },
      { type: "web_search", filters: { allowed_domains: ["a"] }, user_location: { city: "a" } },
    ],
    tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "a" }] },
    text: { format: { type: "json_schema", name: "a", schema } },
    reasoning: { effort: "low" },
    include: ["reasoning.encrypted_content"],
    max_output_tokens: 5,
    stream: false,
    metadata: { a: "a" },
  };

  const canary = "zebra-crossing-at-noon";
  const wrong = [
    null,
    7_654_321_987,
    -1,
    canary,
    true,
    [],
    [canary],
    {},
    { [canary]: canary },
    { type: canary },
    { type: "", role: canary, content: null },
    { type: canary, role: "user", content: null },
    { type: "function_call", role: canary, call_id: "a", name: "a", arguments: "{}" },
  ];

  /** The value with one member of it, at any depth, replaced. */
  function* replaced(value: unknown, by: unknown): Generator<unknown> {
    yield by;
    const members = Array.isArray(value) || isJsonObject(value) ? Object.entries(value) : [];
    for (const [name, member] of members) {
      for (const other of replaced(member, by)) {
        yield Array.isArray(value)
          ? value.with(Number(name), other)
          : { ...(value as object), [name]: other };
      }
    }
  }

  test.each([
    [chatPath, fullChat],
    [messagesPath, fullMessages],
    [responsesPath, fullResponses],
    [chatPath, fullResponses],
  ])("POST %s: a wrong value is refused or has no meaning; no refusal repeats it", async (path, body) => {
    expect((await post(path, body)).status).toBe(200);
    let refused = 0;
    for (const value of wrong) {
      for (const mutant of replaced(body, value)) {
        const { status, text } = await post(path, mutant);
        if (status === 200) continue;
        refused++;
        // An item that has lost its type is a reference to one.
        expect(status).toBeOneOf(body === fullResponses ? [400, 404] : [400]);
        expect(text).not.toContain("zebra");
        expect(text).not.toContain("7654321987");
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe("schemas of any kind", () => {
  const refusalOf = (schema: Parameters<typeof Value.Errors>[0], value: unknown) =>
    invalidBody(Value.Errors(schema, value));

  test("a name with a slash or a tilde stands in the path as it is", () => {
    const schema = open({ "a/b": open({ "c~d": Type.String() }) });
    expect(refusalOf(schema, { "a/b": { "c~d": 1 } }).param).toBe("a/b.c~d");
  });

  test("the branch that was meant is found in unions of unions", () => {
    const tagged = (type: string, rest: object) => open({ type: Type.Literal(type), ...rest });
    const inner = variants(
      tagged("number", { value: Type.Number() }),
      tagged("word", { value: Type.String() }),
    );
    const schema = Type.Union([
      Type.Null(),
      Type.Union([Type.String(), Type.Union([Type.Array(inner.schema), Type.Boolean()])]),
    ]);
    expect(
      refusalOf(schema, [
        { type: "word", value: "a" },
        { type: "number", value: "a" },
      ]).message,
    ).toBe("[1].value: must be a number");
  });

  test("a schema's own description is used", () => {
    const schema = open({
      at: Type.String({ pattern: "^\\d\\d:\\d\\d$", description: "a time such as 12:30" }),
    });
    expect(refusalOf(schema, { at: "noon" }).message).toBe("at: must be a time such as 12:30");
  });

  test("bounds are named", () => {
    const schema = open({ share: Type.Number({ minimum: 0, maximum: 1 }) });
    expect(refusalOf(schema, { share: 2 }).message).toBe("share: must be a number from 0 to 1");
  });

  test("without an error to name, the body as a whole is refused", () => {
    expect(invalidBody([]).kind).toBe("invalid-request");
  });
});
