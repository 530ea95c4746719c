import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "../../../scripts/bun.ts";
import { createModelList, type ModelListOptions } from "../../../src/amazonq/models/model-list.ts";
import { builtInModels } from "../../../src/amazonq/models/models.ts";
import { BridgeError } from "../../../src/errors.ts";
import { createSecureFetch } from "../../../src/http/secure-fetch.ts";
import { createLog } from "../../../src/log.ts";
import { startSimulator } from "../../../src/simulator/listen.ts";
import type { ModelDescription } from "../../../src/simulator/model-description.ts";
import { catalogue } from "../../../src/simulator/models.ts";
import { accessToken, eventually, fixedTokens } from "../../support/bridge.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { start } from "../../support/program.ts";
import { modelNamed } from "../../support/request.ts";

const minute = 60_000;
const hour = 60 * minute;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function simulated(models: readonly ModelDescription[] = catalogue) {
  const service = startSimulator({ accessTokens: [accessToken], models });
  stops.push(service.stop);
  return { url: service.url, requests: service.simulator.requests };
}

/** A service that answers as `answer` says; what was asked for, in order. */
function scripted(answer: (request: Request) => Response | Promise<Response>) {
  const requests: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      requests.push(new URL(request.url).search);
      return answer(request);
    },
  });
  stops.push(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}`, requests };
}

function listOf(url: string, options: Partial<ModelListOptions> = {}) {
  const clock = manualClock();
  const log: string[] = [];
  const list = createModelList({
    fetch: createSecureFetch({ caCertificates: [], verify: true }),
    tokens: fixedTokens(accessToken),
    endpoint: () => url,
    userAgent: "aqbridge/test",
    mask: (text) => text,
    profileArn: undefined,
    clock,
    log: createLog({ level: "debug", maxLength: 500, write: (line) => log.push(line), now: clock.now }),
    ...options,
  });
  const ids = () => list.current().map(({ id }) => id);
  return { list, ids, clock, log };
}

const idsOf = (models: readonly ModelDescription[]) => models.map(({ modelId }) => modelId);
const builtInIds = builtInModels.map(({ id }) => id);
const page = (models: unknown, rest: object = {}) => Response.json({ models, nextToken: null, ...rest });

test("until the service has answered, the built-in models are the list", async () => {
  const { url } = simulated();
  const { list, ids } = listOf(url);
  expect(ids()).toEqual(builtInIds);
  await list.refresh();
  expect(ids()).toEqual(idsOf(catalogue));
});

test("looking at the list is enough to have it fetched", async () => {
  const { url, requests } = simulated();
  const { ids } = listOf(url);
  ids();
  await eventually(() => ids().length === catalogue.length);
  expect(requests).toHaveLength(1);
});

describe("a listed model", () => {
  const only = async (description: object) => {
    const { url } = scripted(() => page([description]));
    const { list } = listOf(url);
    await list.refresh();
    expect(list.current()).toHaveLength(1);
    return list.current()[0];
  };

  test("is what the service tells of it", async () => {
    const fields = {
      type: "object",
      properties: { max_tokens: { minimum: 1 } },
      additionalProperties: false,
    };
    const model = await only({
      modelId: "claude-opus-5",
      modelName: "Opus, newest",
      description: "Thinks.",
      rateMultiplier: 3.5,
      rateUnit: "Point",
      supportedInputTypes: ["TEXT", "IMAGE", "DOCUMENT", "SMELL"],
      tokenLimits: { maxInputTokens: 1234, maxOutputTokens: 567, more: 1 },
      promptCaching: {
        supportsPromptCaching: true,
        minimumTokensPerCacheCheckpoint: 99,
        maximumCacheCheckpointsPerRequest: 3,
      },
      additionalModelRequestFieldsSchema: fields,
      isNew: { very: true },
    });
    expect(model).toEqual({
      id: "claude-opus-5",
      displayName: "Opus, newest",
      contextWindow: 1234,
      maxOutputTokens: 567,
      acceptsImages: true,
      acceptsDocuments: true,
      maxCacheMarks: 3,
      fields,
      price: { multiplier: 3.5, unit: "Point" },
      releasedAt: Date.UTC(2026, 6),
    });
  });

  const known = modelNamed("claude-opus-5");
  test.each([
    ["left out", {}],
    [
      "null",
      {
        modelName: null,
        rateMultiplier: null,
        supportedInputTypes: null,
        tokenLimits: null,
        promptCaching: null,
        additionalModelRequestFieldsSchema: null,
      },
    ],
    ["left out inside", { tokenLimits: {}, promptCaching: null }],
  ])("has what is %s filled in, but never fields that it may not take", async (_, rest) => {
    expect(await only({ modelId: "claude-opus-5", ...rest })).toEqual({
      ...known,
      fields: undefined,
    });
  });

  test("that nobody knows is taken for large", async () => {
    expect(await only({ modelId: "new-1" })).toMatchObject({
      id: "new-1",
      displayName: "new-1",
      contextWindow: 1_000_000,
      price: undefined,
      releasedAt: undefined,
    });
  });

  test("without caching and images has neither, whatever was known", async () => {
    const promptCaching = {
      supportsPromptCaching: false,
      minimumTokensPerCacheCheckpoint: 0,
      maximumCacheCheckpointsPerRequest: 0,
    };
    const model = { modelId: "claude-opus-5", promptCaching, supportedInputTypes: ["TEXT"] };
    expect(await only(model)).toMatchObject({ maxCacheMarks: 0, acceptsImages: false });
  });
});

test.each([
  ["no object", 7],
  ["no id", { modelName: "x" }],
  ["an id that is no text", { modelId: 7 }],
  ["an id that fits in no header", { modelId: "a\r\nb: c" }],
  ["an id of any length", { modelId: "x".repeat(101) }],
  ["a name that is no text", { modelId: "x", modelName: {} }],
  ["limits that are no numbers", { modelId: "x", tokenLimits: { maxInputTokens: "many" } }],
  ["a schema that is none", { modelId: "x", additionalModelRequestFieldsSchema: "any" }],
])("an entry with %s is left out, and the others stay", async (_, entry) => {
  const { url } = scripted(() => page([{ modelId: "a" }, entry, { modelId: "b" }], { defaultModel: entry }));
  const { list, ids } = listOf(url);
  await list.refresh();
  expect(ids()).toEqual(["a", "b"]);
});

test("the service's own choice comes first, and nothing comes twice", async () => {
  const { url } = scripted(() =>
    page([{ modelId: "a" }, { modelId: "b", modelName: "Bee" }], { defaultModel: { modelId: "b" } }),
  );
  const { list, log } = listOf(url);
  await list.refresh();
  expect(list.current().map(({ displayName }) => displayName)).toEqual(["Bee", "a"]);
  expect(log).toEqual([expect.stringContaining("models.list models=2 default=b")]);
});

describe("the request", () => {
  test("carries token, origin and user agent", async () => {
    const { url, requests } = simulated();
    await listOf(url).list.refresh();
    expect(requests).toMatchObject([
      {
        method: "GET",
        path: "/ListAvailableModels",
        query: "?origin=CLI",
        headers: { authorization: `Bearer ${accessToken}`, "user-agent": "aqbridge/test" },
      },
    ]);
  });

  test("names the profile, and goes where it is served", async () => {
    const { url, requests } = simulated();
    const profileArn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGH";
    const asked: unknown[] = [];
    const endpoint = (arn: string | undefined) => {
      asked.push(arn);
      return url;
    };
    await listOf("", { profileArn, endpoint }).list.refresh();
    expect(requests[0]?.query).toBe(`?origin=CLI&profileArn=${encodeURIComponent(profileArn)}`);
    expect(asked).toEqual([profileArn]);
  });

  test("goes on from page to page", async () => {
    const many = Array.from({ length: 250 }, (_, index): ModelDescription => {
      const [first] = catalogue;
      if (!first) throw new Error("no models");
      return { ...first, modelId: `model-${index}` };
    });
    const { url, requests } = simulated(many);
    const { list, ids } = listOf(url);
    await list.refresh();
    expect(ids()).toEqual(idsOf(many));
    expect(requests.map(({ query }) => query)).toEqual([
      "?origin=CLI",
      "?origin=CLI&nextToken=100",
      "?origin=CLI&nextToken=200",
    ]);
  });

  test("ends after ten pages, with what they held", async () => {
    const { url, requests } = scripted(() =>
      page([{ modelId: `m${requests.length}` }], { nextToken: "again" }),
    );
    const { list, ids } = listOf(url);
    await list.refresh();
    expect(requests).toHaveLength(10);
    expect(ids()).toHaveLength(10);
  });
});

describe("a list of the service's", () => {
  test("serves for an hour, then is renewed once while the old one goes on serving", async () => {
    const { url, requests } = simulated();
    const { list, ids, clock } = listOf(url);
    await Promise.all([list.refresh(), list.refresh(), list.refresh()]);
    clock.advance(hour - 1);
    ids();
    expect(requests).toHaveLength(1);

    clock.advance(1);
    for (let time = 0; time < 100; time++) expect(ids()).toEqual(idsOf(catalogue));
    await list.refresh();
    expect(requests).toHaveLength(2);
    expect(clock.waiting()).toBe(0);
  });

  test("outlives the service's failures", async () => {
    let isDown = false;
    const { url } = scripted(() => (isDown ? new Response(null, { status: 503 }) : page([{ modelId: "a" }])));
    const { list, ids } = listOf(url);
    await list.refresh();
    isDown = true;
    await list.refresh();
    expect(ids()).toEqual(["a"]);
  });
});

describe("a failure", () => {
  const silence = () => new Promise<Response>(() => {});
  const wrongs: readonly [string, () => Response, RegExp][] = [
    [
      "a refusal",
      () => Response.json({ message: "No." }, { status: 403 }),
      /class=permission .* up_status=403\n$/,
    ],
    ["no JSON", () => new Response("<html>"), /class=protocol/],
    ["no list", () => Response.json({ models: "many" }), /class=protocol/],
    ["an empty list", () => page([]), /class=protocol/],
    ["endless bytes", () => page([{ modelId: "a", description: "x".repeat(2 ** 20) }]), /class=protocol/],
  ];

  test.each(wrongs)("by %s leaves the built-in list and says so", async (_, answer, line) => {
    const { url } = scripted(answer);
    const { list, ids, log } = listOf(url);
    await list.refresh();
    expect(ids()).toEqual(builtInIds);
    expect(log).toEqual([expect.stringMatching(line)]);
    expect(log.join()).not.toContain(accessToken);
  });

  test("to connect leaves the built-in list too", async () => {
    const { url } = simulated();
    for (const stop of stops.splice(0)) await stop();
    const { list, ids, log } = listOf(url);
    await list.refresh();
    expect(ids()).toEqual(builtInIds);
    expect(log).toEqual([expect.stringMatching(/warn .*models\.list class=unreachable/)]);
  });

  test("to accept the token is mended by another one", async () => {
    const { url, requests } = simulated();
    const { list, ids } = listOf(url, { tokens: fixedTokens("aoa-stale", accessToken) });
    await list.refresh();
    expect(ids()).toEqual(idsOf(catalogue));
    expect(requests).toHaveLength(2);
  });

  test("to accept any token is told once", async () => {
    const { url, requests } = simulated();
    const { list, log } = listOf(url, { tokens: fixedTokens("aoa-stale", "aoa-stale-too") });
    await list.refresh();
    expect(requests).toHaveLength(2);
    expect(log).toEqual([expect.stringContaining("class=login")]);
  });

  test("to accept an API key does not rule it out, since answers may accept it", async () => {
    const { url, requests } = simulated();
    const token = { value: "ksk_stale", expiresAt: null, profileArn: undefined, type: "API_KEY" } as const;
    let renewals = 0;
    const renew = async () => {
      renewals++;
      return token;
    };
    const { list, log } = listOf(url, { tokens: { get: async () => token, renew } });
    await list.refresh();
    expect(requests).toHaveLength(1);
    expect(renewals).toBe(0);
    expect(log).toEqual([expect.stringContaining("class=login")]);
  });

  test("to sign in leaves it, without a request", async () => {
    const { url, requests } = simulated();
    const get = () => Promise.reject(new BridgeError("login", "Sign in."));
    const { list, ids, log } = listOf(url, { tokens: { get, renew: get } });
    await list.refresh();
    expect(ids()).toEqual(builtInIds);
    expect(requests).toHaveLength(0);
    expect(log).toEqual([expect.stringContaining("class=login")]);
  });

  test("to answer within 15 seconds ends the request", async () => {
    const { url, requests } = scripted(silence);
    const { list, clock, log } = listOf(url);
    const refreshed = list.refresh();
    await eventually(() => requests.length === 1);
    clock.advance(15_000);
    await refreshed;
    expect(log).toEqual([expect.stringContaining("class=timeout")]);
  });

  test("is not tried again for five minutes, and said once until it is over", async () => {
    let isDown = true;
    const { url, requests } = scripted(() =>
      isDown ? new Response(null, { status: 500 }) : page([{ modelId: "a" }]),
    );
    const { list, ids, clock, log } = listOf(url);
    await list.refresh();
    for (let time = 0; time < 100; time++) ids();
    clock.advance(5 * minute - 1);
    ids();
    expect(requests).toHaveLength(1);

    clock.advance(1);
    ids();
    await list.refresh();
    expect(requests).toHaveLength(2);
    expect(log).toHaveLength(1);

    isDown = false;
    await list.refresh();
    isDown = true;
    await list.refresh();
    expect(log.map((line) => /(warn|info) /.exec(line)?.[1])).toEqual(["warn", "info", "warn"]);
    expect(ids()).toEqual(["a"]);
  });
});

test("a server has the list fetched as it starts", async () => {
  const server = await start([process.execPath, join(root, "src/main.ts"), "--demo", "--port", "0"]);
  const listing = `"event":"models.list","models":${catalogue.length},"default":"auto"`;
  // Nothing else is asked of it that could have the list fetched.
  for (let tries = 0; tries < 100; tries++) await fetch(`${server.url}/health`);
  expect((await server.stop()).stderr).toContain(listing);
});
