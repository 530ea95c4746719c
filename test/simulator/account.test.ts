import { describe, expect, test } from "bun:test";
import { catalogue } from "../../src/simulator/models.ts";
import { body } from "../support/bodies.ts";
import { generate, setUp } from "./set-up.ts";

const arn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";

interface Page {
  models: { modelId: string }[];
  nextToken: string | null;
}

describe("the account", () => {
  test.each([
    ["REST", "GET /ListAvailableModels?origin=CLI", {}],
    ["the newer host", "GET /List-Available-Models?origin=KIRO_CLI", {}],
    [
      "JSON-RPC",
      "POST /",
      { target: "AmazonCodeWhispererService.ListAvailableModels", content: { origin: "CLI" } },
    ],
  ])("lists the models by %s", async (_, route, sent) => {
    const response = await setUp().send(route, sent);
    expect(await response.json()).toMatchObject({
      models: [...catalogue],
      defaultModel: { modelId: "auto" },
    });
  });

  test("lists the models page by page", async () => {
    const { send } = setUp();
    const ids: string[] = [];
    let token: string | null = "0";
    while (token !== null) {
      const response = await send(`GET /ListAvailableModels?origin=CLI&maxResults=4&nextToken=${token}`);
      const page: Page = JSON.parse(await response.text());
      ids.push(...page.models.map(({ modelId }) => modelId));
      token = page.nextToken;
    }
    expect(ids).toEqual(catalogue.map(({ modelId }) => modelId));
  });

  test("has its one profile, or none with a Builder ID", async () => {
    const enterprise = setUp({ profileArn: arn });
    const response = await enterprise.send("POST /ListAvailableProfiles", { content: {} });
    expect(await response.json()).toMatchObject({ profiles: [{ arn }] });
    expect((await setUp().send("POST /List-Available-Profiles", { content: {} })).status).toBe(403);
  });

  test("counts the credits of its answers", async () => {
    const { simulator, send } = setUp();
    const metering = { type: "meteringEvent", payload: { usage: 1.5 } };
    simulator.script({ events: [metering] }, { events: [metering] });
    for (let i = 0; i < 2; i++) await (await send(generate, { content: body() })).bytes();
    const limits = await (await send("GET /getUsageLimits")).json();
    expect(limits).toMatchObject({
      daysUntilReset: 1,
      nextDateReset: Date.UTC(2026, 1, 1) / 1000,
      usageBreakdownList: [{ currentUsage: 3, currentUsageWithPrecision: 3 }],
    });
  });

  test("searches the web by its own tool", async () => {
    const call = (params: object) => ({
      content: { id: "1", jsonrpc: "2.0", method: "tools/call", params },
    });
    const { send } = setUp();
    const found = await send("POST /mcp", call({ name: "web_search", arguments: { query: "bun" } }));
    expect(await found.json()).toMatchObject({
      result: { content: [{ type: "text", text: expect.stringContaining('"query":"bun"') }], isError: false },
    });
    expect(await (await send("POST /mcp", call({ name: "other" }))).json()).toMatchObject({
      error: { code: -32601 },
    });
  });

  test.each([
    ["without a profile", {}, {}, 400],
    ["with a profile in the body alone", { profileArn: "arn" }, {}, 403],
    ["with a profile in a header alone", {}, { "x-amzn-kiro-profile-arn": "arn" }, 400],
    ["with a profile in both", { profileArn: "arn" }, { "x-amzn-kiro-profile-arn": "arn" }, 200],
  ])("that wants a profile answers a search %s as its hosts do", async (_, content, headers, status) => {
    const { simulator } = setUp({ requireProfileArn: true });
    const request = new Request("http://localhost/mcp", {
      method: "POST",
      headers: { authorization: "Bearer T", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: "1", method: "tools/list", ...content }),
    });
    expect((await simulator.fetch(request)).status).toBe(status);
  });

  test.each([
    ["is no JSON-RPC", { method: "tools/list" }, { error: { code: -32600 } }],
    [
      "names no query",
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "web_search", arguments: {} } },
      { id: 1, error: { code: -32602 } },
    ],
    [
      "has too long a query",
      {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "web_search", arguments: { query: "x".repeat(201) } },
      },
      { result: { isError: true } },
    ],
  ])("refuses a search that %s", async (_, content, answer) => {
    expect(await (await setUp().send("POST /mcp", { content })).json()).toMatchObject(answer);
  });

  test("answers searches by script, one each", async () => {
    const { simulator, send } = setUp();
    simulator.scriptSearch({ status: 500 });
    expect((await send("POST /mcp", { content: {} })).status).toBe(500);
    expect((await send("POST /mcp", { content: {} })).status).toBe(200);
  });
});
