import { describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { modelRoutes } from "../../src/routes/models.ts";
import { fakeUpstream, makeServer, model, type ServerOptions, signedIn } from "../support/server.ts";
import { failed, say, turnOf } from "../support/turns.ts";

const hello = {
  model: model.id,
  max_tokens: 10,
  stream: false,
  messages: [{ role: "user", content: "Hello" }],
};

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

function asking(options: ServerOptions = {}) {
  const { app, log, requests } = makeServer({ tokens: signedIn("aoa-secret-token"), ...options });
  const ask = (path: string, { method = "GET", headers = {}, body }: Ask = {}) =>
    app.handle(
      new Request(`http://localhost:8000${path}`, {
        method,
        headers: {
          host: "localhost:8000",
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  return { ask, log, requests };
}

const { ask } = asking();
const json = async (answer: Response) => JSON.parse(await answer.text());
const anthropic = { "anthropic-version": "2023-06-01" };
const prefixes = ["/v1", "/v1/v1", "", "/openai/v1", "/anthropic/v1"];

describe("endpoints", () => {
  test.each(["/", "/health", "/credentials", "/test/token"])(
    "GET %s is answered with JSON, HEAD with the same but no body",
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toStartWith("application/json");
      expect(await json(answer)).toBeObject();
      const head = await ask(path, { method: "HEAD" });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe("");
    },
  );

  test("HEAD /api/hello, with which a client warms up its connection, is answered", async () => {
    expect((await ask("/api/hello", { method: "HEAD" })).status).toBe(200);
  });

  test("GET / lists only endpoints that exist", async () => {
    const { name, version, default_model, endpoints } = await json(await ask("/"));
    expect({ name, version, default_model }).toEqual({
      name: "aqbridge",
      version: "1.2.3",
      default_model: "claude-sonnet-4.5",
    });
    for (const endpoint of endpoints) {
      const [method, path] = endpoint.replace("{id}", model.id).split(" ");
      const { status } = await ask(path, { method, ...(method === "POST" && { body: [] }) });
      const expected = endpoint.includes("/responses/{id}") ? 404 : method === "POST" ? 400 : 200;
      expect([endpoint, status]).toEqual([endpoint, expected]);
    }
  });

  describe.each(prefixes)("under %p", (prefix) => {
    test.each([
      ["/chat/completions", "chat.completion"],
      ["/messages", "message"],
    ])("POST %s", async (path, kind) => {
      const answer = await ask(prefix + path, { method: "POST", body: hello });
      const body = await json(answer);
      expect([answer.status, body.object ?? body.type]).toEqual([200, kind]);
      expect(JSON.stringify(body)).toContain('"Hello"');
    });

    test("POST /messages/count_tokens", async () => {
      const answer = await ask(`${prefix}/messages/count_tokens`, { method: "POST", body: hello });
      expect(await json(answer)).toMatchObject({ input_tokens: expect.any(Number) });
    });

    test("GET /models and each model in it, in the words of the client's protocol", async () => {
      expect(await json(await ask(`${prefix}/models`))).toMatchObject({
        object: "list",
        data: [{ id: model.id, object: "model" }],
      });
      expect(await json(await ask(`${prefix}/models`, { headers: anthropic }))).toMatchObject({
        data: [{ id: model.id, type: "model" }],
        has_more: false,
      });
      expect(await json(await ask(`${prefix}/models/${model.id}`))).toMatchObject({ id: model.id });
      const missing = await ask(`${prefix}/models/gpt-2`);
      expect([missing.status, (await json(missing)).error.code]).toEqual([404, "model_not_found"]);
    });
  });

  test.each([{}, anthropic])(
    "a model with an odd limit does not cost the list of models, with %j",
    async (headers) => {
      const odd = { ...model, contextWindow: 200_000.5, maxOutputTokens: 0.5 };
      const routes = modelRoutes("/v1", { ...fakeUpstream().upstream, models: () => [model, odd] });
      const answer = await routes.handle(new Request("http://localhost/v1/models", { headers }));
      expect([answer.status, (await json(answer)).data.length]).toEqual([200, 2]);
    },
  );

  test("a query changes nothing", async () => {
    const answer = await ask("/v1/messages?beta=true", { method: "POST", body: hello });
    expect(answer.status).toBe(200);
  });
});

describe("paths and methods without a route", () => {
  const wrongMethods: [string, string, string][] = [
    ["POST", "/", "GET, HEAD"],
    ["DELETE", "/health", "GET, HEAD"],
    ["GET", "/api/hello", "HEAD"],
    ["PUT", "/credentials", "GET, HEAD, POST"],
    ["POST", "/test/token", "GET, HEAD"],
    ...prefixes.flatMap((prefix): [string, string, string][] => [
      ["GET", `${prefix}/chat/completions`, "POST"],
      ["HEAD", `${prefix}/messages`, "POST"],
      ["PATCH", `${prefix}/messages?beta=true`, "POST"],
      ["GET", `${prefix}/messages/count_tokens`, "POST"],
      ["POST", `${prefix}/models`, "GET, HEAD"],
      ["DELETE", `${prefix}/models/${model.id}`, "GET, HEAD"],
    ]),
  ];
  test.each(wrongMethods)("%s %s is told that the path accepts %s", async (method, path, allowed) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")?.split(", ").toSorted().join(", ")).toBe(allowed);
  });

  test.each([
    "/v2",
    "/v1",
    "/v1/v1/v1/models",
    "/v1/chat",
    "/v1/assistants",
    "/favicon.ico",
    "/../etc/passwd",
  ])("%s is not found, in OpenAI's form", async (path) => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await ask(path, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([404, null]);
      expect(await json(answer)).toEqual({
        error: { message: expect.any(String), type: "invalid_request_error", param: null, code: "not_found" },
      });
    }
  });

  test.each([
    ["/v1/messages/batches", {}],
    ["/messages/batches/1?a=b", {}],
    ["/v1/nothing", anthropic],
  ])("%s with %j is not found, in Anthropic's form", async (path, headers) => {
    const answer = await ask(path, { headers });
    expect([answer.status, await json(answer)]).toEqual([
      404,
      {
        type: "error",
        error: { type: "not_found_error", message: expect.any(String) },
        request_id: answer.headers.get("request-id"),
      },
    ]);
  });

  test("a path is not Anthropic's because a longer word in it contains messages", async () => {
    expect((await json(await ask("/v1/submessages"))).type).toBeUndefined();
  });
});

describe("every answer", () => {
  const failing = asking({
    answer: () => Promise.reject(new BridgeError("rate-limit", "Wait.", { retryAfterSeconds: 5 })),
  });
  const breaking = asking({ answer: () => turnOf([say("a")], [failed()]) });
  const answers: [string, () => Promise<Response>][] = [
    ["a page", () => ask("/")],
    ["an answer", () => ask("/v1/chat/completions", { method: "POST", body: hello })],
    ["a stream", () => ask("/v1/messages", { method: "POST", body: { ...hello, stream: true } })],
    [
      "a stream that fails",
      () => breaking.ask("/v1/messages", { method: "POST", body: { ...hello, stream: true } }),
    ],
    ["a whole answer that fails", () => breaking.ask("/v1/messages", { method: "POST", body: hello })],
    ["a refused request", () => failing.ask("/v1/messages", { method: "POST", body: hello })],
    [
      "a refused stream",
      () => failing.ask("/v1/chat/completions", { method: "POST", body: { ...hello, stream: true } }),
    ],
    ["a body with a fault", () => ask("/v1/messages", { method: "POST", body: {} })],
    [
      "a body of a wrong type",
      () => ask("/v1/messages", { method: "POST", body: {}, headers: { "content-type": "text/plain" } }),
    ],
    ["a path that is not there", () => ask("/v1/messages/nothing")],
    ["a wrong method", () => ask("/v1/messages")],
    ["a foreign page", () => ask("/v1/messages", { headers: { origin: "https://evil.example" } })],
    [
      "a page that asks first",
      () => ask("/v1/messages", { method: "OPTIONS", headers: { origin: "http://localhost" } }),
    ],
  ];

  test.each(answers)(
    "has an id of its own, the same in both headers and in a failure's body: %s",
    async (_name, get) => {
      const [first, second] = [await get(), await get()];
      const id = first.headers.get("x-request-id");
      expect(id).toMatch(/^req_\d+$/);
      expect(first.headers.get("request-id")).toBe(id);
      expect(second.headers.get("x-request-id")).not.toBe(id);
      const inBody = /"request_id":"([^"]*)"/.exec(await first.text())?.[1];
      expect([id, undefined]).toContain(inBody);
    },
  );

  test.each(answers)(
    "that is a failure says whether to try again, and is not to be stored: %s",
    async (_name, get) => {
      const { status, headers } = await get();
      if (status < 400) return expect(headers.has("x-should-retry")).toBe(false);
      expect(headers.get("x-should-retry")).toBe(String(headers.has("retry-after")));
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("content-type")).toStartWith("application/json");
    },
  );

  test("a failure of Anthropic's protocol has the id in its body", async () => {
    const answer = await ask("/v1/messages", { method: "POST", body: {} });
    expect((await json(answer)).request_id).toBe(answer.headers.get("request-id"));
    const stream = await breaking.ask("/v1/messages", { method: "POST", body: { ...hello, stream: true } });
    expect(await stream.text()).toContain(`"request_id":"${stream.headers.get("request-id")}"`);
  });

  test("a stream is marked so that no proxy holds it back", async () => {
    const { headers } = await ask("/v1/messages", {
      method: "POST",
      body: { ...hello, stream: true },
      headers: { origin: "http://localhost:3000" },
    });
    expect(headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-accel-buffering")).toBe("no");
    expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  });
});

describe("a fault of the program", () => {
  const fault = () => {
    throw new TypeError("secret: /home/ada/.aws at line 7");
  };
  const server = asking({ answer: fault, tokens: { ...signedIn("a"), status: fault, refresh: fault } });
  const post = (path: string, stream: boolean) =>
    server.ask(path, { method: "POST", body: { ...hello, stream } });

  test.each([
    ["POST /v1/chat/completions", () => post("/v1/chat/completions", false)],
    ["POST /v1/chat/completions, streamed", () => post("/v1/chat/completions", true)],
    ["POST /v1/messages", () => post("/v1/messages", false)],
    ["POST /v1/messages, streamed", () => post("/v1/messages", true)],
    ["GET /credentials", () => server.ask("/credentials")],
    ["GET /test/token", () => server.ask("/test/token")],
    ["GET /health", () => server.ask("/health")],
  ])("is reported in one fixed sentence, and in the log: %s", async (_name, get) => {
    const answer = await get();
    expect(answer.status).toBe(500);
    expect(answer.headers.get("x-should-retry")).toBe("false");
    const text = await answer.text();
    expect(text).not.toContain("secret");
    expect(text).not.toContain("/home");
    expect(JSON.parse(text).error.message).toBe("The bridge failed inside; its log says why.");
    expect(server.log.at(-1)).toContain("secret: /home/ada/.aws at line 7");
    expect(server.log.at(-1)).toContain(`id=${answer.headers.get("x-request-id")}`);
  });

  test("in the middle of a stream, too", async () => {
    const broken = asking({
      answer: () =>
        new ReadableStream({
          pull(controller) {
            controller.error(new Error("secret"));
          },
        }),
    });
    const text = await (
      await broken.ask("/v1/chat/completions", { method: "POST", body: { ...hello, stream: true } })
    ).text();
    expect(text).not.toContain("secret");
    expect(text).not.toContain("[DONE]");
  });
});
