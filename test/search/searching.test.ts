import { describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import type { TurnEnd, TurnEvent } from "../../src/turn/events.ts";
import type { SearchFailure, SearchRules } from "../../src/turn/web-search.ts";
import {
  batchesOfAll,
  countedEnd,
  end,
  failed,
  openCall,
  say,
  sign,
  source,
  think,
  wholeCall,
} from "../support/turns.ts";
import { type Asked, fakeSearcher, found, page, requestFor, searchedUpstream, searchFor } from "./rig.ts";

type Rig = ReturnType<typeof searchedUpstream>;

const answerOf = async ({ upstream }: Rig, asked?: Asked): Promise<TurnEvent[]> =>
  (await batchesOfAll(await upstream.generate(requestFor(asked)))).flat();

const callsFor = (...ids: readonly string[]) => [
  ...ids.flatMap((id) => searchFor(id, id)),
  end("tool-calls"),
];
const started = (id: string, query = id): TurnEvent => ({ type: "search-call", id, query });
const ended = (id: string, query = id): TurnEvent => ({
  type: "search-result",
  id,
  outcome: found(`https://example.com/${query}`),
  inputTokens: expect.any(Number),
});
const endOf = (events: readonly TurnEvent[]): TurnEnd | undefined => {
  const last = events.at(-1);
  return last?.type === "turn-end" ? last : undefined;
};
const reasonOf = (event: TurnEvent) =>
  event.type === "search-result" && event.outcome.type === "failed" ? [event.outcome.reason] : [];

describe("a search that the model asks for", () => {
  test("is run, and its end is told before the model goes on in the same turn", async () => {
    const rig = searchedUpstream([
      [think("Hm."), sign("s"), say("Let me look."), ...searchFor("t1", "bun"), end("tool-calls")],
      [say("It is new."), end()],
    ]);
    const events = await answerOf(rig);
    expect(events.slice(0, -1)).toEqual([
      think("Hm."),
      sign("s"),
      say("Let me look."),
      started("t1", "bun"),
      ended("t1", "bun"),
      say("It is new."),
    ]);
    expect(rig.queries).toEqual(["bun"]);
  });

  test("is told back to the model with what it found, behind all that it said", async () => {
    const rig = searchedUpstream([
      [think("Hm."), sign("s"), say("Let me look."), ...searchFor("t1", "bun"), countedEnd("tool-calls")],
      [end()],
    ]);
    const settings = { parallelToolCalls: false, stopSequences: ["x"] };
    await answerOf(rig, { toolChoice: { type: "required" }, settings });
    const [first, second] = rig.requests.map(({ conversation }) => conversation);
    expect(second?.messages).toEqual([
      ...(first?.messages ?? []),
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "Hm.", signature: "s" },
          { type: "text", text: "Let me look." },
          { type: "tool-call", id: "t1", name: "web_search", input: { query: "bun" } },
        ],
      },
      {
        role: "user",
        parts: [
          {
            type: "tool-result",
            callId: "t1",
            parts: [
              {
                type: "text",
                text: "1. About https://example.com/bun\nhttps://example.com/bun\nIt says so.",
              },
            ],
            isError: false,
          },
        ],
      },
    ]);
    expect(second).toMatchObject({
      tools: first?.tools,
      toolChoice: { type: "auto" },
      system: first?.system,
      settings,
    });
    expect(rig.requests[1]?.inputTokens).toBeGreaterThan(150);
    expect(rig.requests[1]?.signal).toBe(rig.requests[0]?.signal);
  });

  test("and must ask for is all that is on offer until it has", async () => {
    const rig = searchedUpstream([callsFor("t1"), [end()]]);
    await answerOf(rig, { toolChoice: { type: "tool", name: "web_search" } });
    const offers = rig.requests.map(({ conversation }) => conversation.tools.map(({ name }) => name));
    expect(offers).toEqual([["web_search"], ["weather", "web_search"]]);
  });

  test("is told back behind thoughts that nobody may read, which stay in their place", async () => {
    const hidden: TurnEvent = { type: "redacted-reasoning", data: "sealed" };
    const rig = searchedUpstream([[hidden, ...callsFor("a")], [end()]]);
    await answerOf(rig);
    expect(rig.requests[1]?.conversation.messages.at(-2)).toEqual({
      role: "assistant",
      parts: [
        { type: "redacted-reasoning", data: "sealed" },
        { type: "tool-call", id: "a", name: "web_search", input: { query: "a" } },
      ],
    });
  });

  test("runs beside the others of its answer, and all are told in the order of their calls", async () => {
    const slow = Promise.withResolvers<ReturnType<typeof found>>();
    const searcher = fakeSearcher((query) => {
      if (query === "b") slow.resolve(found("https://example.com/a"));
      return query === "a" ? slow.promise : found("https://example.com/b");
    });
    const rig = searchedUpstream(
      [
        [...searchFor("a", "a"), say("And "), ...searchFor("b", "b"), end("tool-calls")],
        [say("Done."), end()],
      ],
      searcher,
    );
    expect((await answerOf(rig)).slice(0, -1)).toEqual([
      started("a"),
      ended("a"),
      say("And "),
      started("b"),
      ended("b"),
      say("Done."),
    ]);
  });

  test("is heard of at once, while it is still running", async () => {
    const rig = searchedUpstream(
      [callsFor("a")],
      fakeSearcher(() => new Promise(() => {})),
    );
    const turn = await rig.upstream.generate(requestFor());
    expect(await turn.read()).toEqual([started("a")]);
    await turn.cancel();
  });

  const call = wholeCall("t2", "weather", "{}");
  test.each([
    ["before", [...searchFor("t1", "t1"), ...call], [started("t1"), ended("t1"), ...call]],
    ["behind", [...call, ...searchFor("t1", "t1")], [...call, started("t1"), ended("t1")]],
  ])("%s a call of the client's tool ends the turn, with its result told", async (_, calls, told) => {
    const events = await answerOf(searchedUpstream([[...calls, end("tool-calls")]]));
    expect(events.slice(0, -1)).toEqual(told);
    expect(endOf(events)).toMatchObject({
      stopReason: "tool-calls",
      usage: { searches: 1 },
    });
  });

  test.each(["length", "content-filter", "context-window"] as const)(
    "is the last one when the answer ends by %s",
    async (reason) => {
      const events = await answerOf(searchedUpstream([[...searchFor("a", "a"), end(reason)]]));
      expect(events).toMatchObject([started("a"), ended("a"), { stopReason: reason }]);
    },
  );

  test("is not waited for when the answer fails", async () => {
    const rig = searchedUpstream(
      [[...searchFor("a", "a"), failed()]],
      fakeSearcher(() => new Promise(() => {})),
    );
    expect(await answerOf(rig)).toEqual([started("a"), failed()]);
  });

  test("is dropped when the length limit cut it", async () => {
    const cut = [say("Well"), ...searchFor("a", "a").slice(0, -1), end("length")];
    expect(await answerOf(searchedUpstream([cut]))).toMatchObject([say("Well"), { stopReason: "length" }]);
  });

  test("is dropped when its arguments are no JSON, and the answer is no success", async () => {
    const broken = [...searchFor("a", "a"), ...openCall("b", "web_search", "bun"), say("Well.")];
    expect(await answerOf(searchedUpstream([[...broken, end("malformed-call")]]))).toEqual([
      started("a"),
      ended("a"),
      say("Well."),
      expect.objectContaining({ stopReason: "malformed-call" }),
    ]);
  });
});

describe("the usage", () => {
  test("is that of all rounds, and not the service's own count of one", async () => {
    const searches = (...ids: readonly string[]) => [
      ...ids.flatMap((id) => searchFor(id, id)),
      countedEnd("tool-calls"),
    ];
    const rig = searchedUpstream([searches("a", "b"), searches("c"), [say("Done."), countedEnd()]]);
    expect(endOf(await answerOf(rig))).toMatchObject({
      stopReason: "end",
      usage: { inputTokens: 300, outputTokens: 150, searches: 3, estimated: true },
    });
  });

  test("of rounds that the service has not counted is what was written in them", async () => {
    const rig = searchedUpstream([
      [say("word ".repeat(100)), ...callsFor("a")],
      [say("word ".repeat(100)), end()],
    ]);
    expect(endOf(await answerOf(rig))?.usage.outputTokens).toBeWithin(200, 260);
  });

  test("is the service's own when the model searches nothing", async () => {
    const events = await answerOf(searchedUpstream([[say("No need."), countedEnd()]]));
    expect(events).toEqual([say("No need."), countedEnd()]);
  });

  test("is told with each result, so far as it is known, so that whoever ends the answer can tell it", async () => {
    const rig = searchedUpstream([callsFor("a"), callsFor("b", "c"), [say("Done."), end()]]);
    const told = (await answerOf(rig)).flatMap((event) =>
      event.type === "search-result" ? [event.inputTokens] : [],
    );
    const sent = rig.requests.map(({ inputTokens }) => inputTokens);
    const [first = 0, second = 0] = sent;
    expect(told).toEqual([100 + second, expect.any(Number), 200 + (sent[2] ?? 0)]);
    expect(second).toBeGreaterThan(first);
  });
});

describe("what the client allows", () => {
  test("is so many searches; those above are refused, and the tool is then withdrawn", async () => {
    const rig = searchedUpstream([callsFor("a", "b", "c"), [say("Done."), end()]]);
    const events = await answerOf(rig, { rules: { maxUses: 2 } });
    expect(rig.queries).toEqual(["a", "b"]);
    expect(events.flatMap(reasonOf)).toEqual(["max-uses"]);
    expect(rig.requests.map(({ conversation }) => conversation.tools.map(({ name }) => name))).toEqual([
      ["weather", "web_search"],
      ["weather"],
    ]);
    expect(endOf(events)?.usage.searches).toBe(2);
  });

  const search = (ending: TurnEnd) => [...searchFor("a", "a"), ending];

  test("is so many tokens for all rounds together", async () => {
    const rig = searchedUpstream([search(countedEnd("tool-calls")), [say("word ".repeat(200)), end()]]);
    const events = await answerOf(rig, { settings: { maxTokens: 80, parallelToolCalls: false } });
    expect(rig.requests.map(({ conversation }) => conversation.settings)).toEqual([
      { maxTokens: 80, parallelToolCalls: false },
      { maxTokens: 30, parallelToolCalls: false },
    ]);
    expect(endOf(events)).toMatchObject({ stopReason: "length", usage: { outputTokens: 80 } });
  });

  test("is so many tokens for all rounds together, also where the service counts none", async () => {
    const rounds = ["a", "b", "c", "d"].map((id) => [say("word ".repeat(30)), ...callsFor(id)]);
    const rig = searchedUpstream(rounds);
    const events = await answerOf(rig, { settings: { maxTokens: 100 } });
    const [first, second = 0, third = 0] = rig.requests.map(
      ({ conversation }) => conversation.settings.maxTokens,
    );
    expect([first, Number.isInteger(second), Number.isInteger(third)]).toEqual([100, true, true]);
    expect(second).toBeWithin(30, 70);
    expect(third).toBeLessThan(second - 29);
    expect(endOf(events)).toMatchObject({ stopReason: "length", usage: { outputTokens: 100 } });
  });

  test("is no second round when the first has used up the tokens", async () => {
    for (const first of [search(countedEnd("tool-calls")), [say("word ".repeat(50)), ...callsFor("a")]]) {
      const events = await answerOf(searchedUpstream([first]), { settings: { maxTokens: 50 } });
      expect(endOf(events)?.stopReason).toBe("length");
    }
  });

  const urls = [
    "https://example.com/",
    "https://docs.example.com/a",
    "https://badexample.com/",
    "https://example.org/blog/1",
    "https://example.org/shop",
    "http://[bad",
  ];
  const places: readonly [string, SearchRules, readonly number[]][] = [
    ["one host and what is below it", { allowedDomains: ["example.com"] }, [0, 1]],
    ["several hosts", { allowedDomains: ["docs.example.com", "example.org"] }, [1, 3, 4]],
    ["all but several hosts", { blockedDomains: ["docs.example.com", "example.org"] }, [0, 2, 5]],
    ["a path", { allowedDomains: ["example.org/blog"] }, [3]],
    ["a path with a wildcard", { allowedDomains: ["https://example.org/*"] }, [3, 4]],
    ["all but a host", { blockedDomains: ["example.com"] }, [2, 3, 4, 5]],
    [
      "a host but for one below it",
      { allowedDomains: ["example.com"], blockedDomains: ["docs.example.com"] },
      [0],
    ],
    ["a host that is none", { allowedDomains: ["http://"] }, []],
    ["what is below a host by a wildcard", { allowedDomains: ["*.example.com"] }, [0, 1]],
    ["all but what is below a host by a wildcard", { blockedDomains: ["*.example.com"] }, [2, 3, 4, 5]],
    ["a host with the dot that ends all names", { allowedDomains: ["example.com."] }, [0, 1]],
  ];
  test.each(places)("is %s", async (_, rules, kept) => {
    const rig = searchedUpstream(
      [callsFor("a"), [end()]],
      fakeSearcher(() => found(...urls)),
    );
    const events = await answerOf(rig, { rules });
    expect(events[1]).toMatchObject({
      outcome: { type: "found", results: kept.map((index) => page(urls[index] ?? "")) },
    });
  });

  test("is nothing of a host that is not wanted, though its name ends with a dot", async () => {
    const rig = searchedUpstream(
      [callsFor("a"), [end()]],
      fakeSearcher(() => found("https://example.com./a", "https://docs.example.com./b")),
    );
    const events = await answerOf(rig, { rules: { blockedDomains: ["example.com"] } });
    expect(events[1]).toMatchObject({ outcome: { type: "found", results: [] } });
  });
});

describe("a model that goes on and on", () => {
  const nine = Array.from({ length: 9 }, (_, round) => callsFor(`r${round}`));
  const offersSearch = ({ requests }: Rig) =>
    requests.map(({ conversation }) => conversation.tools.some(({ webSearch }) => webSearch !== undefined));

  test("is offered no search in its tenth round, so that it answers", async () => {
    const rig = searchedUpstream([...nine, [say("Done."), end()]]);
    const events = await answerOf(rig);
    expect(offersSearch(rig)).toEqual([...nine.map(() => true), false]);
    expect(events.slice(-2)).toMatchObject([say("Done."), { stopReason: "end", usage: { searches: 9 } }]);
  });

  test("is stopped when it searches all the same, without success and with every search told", async () => {
    const rig = searchedUpstream([...nine, callsFor("last")]);
    const events = await answerOf(rig);
    expect(rig.queries).toHaveLength(9);
    expect(events.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 10 }, () => ["search-call", "search-result"] as const).flat(),
      "turn-end",
    ]);
    expect(events.flatMap(reasonOf)).toEqual(["max-uses"]);
    expect(endOf(events)?.stopReason).toBe("length");
  });

  test("searches at most twenty times", async () => {
    const many = Array.from({ length: 21 }, (_, index) => `q${index}`);
    const rig = searchedUpstream([callsFor(...many), [end()]]);
    expect((await answerOf(rig)).flatMap(reasonOf)).toEqual(["max-uses"]);
    expect(rig.queries).toHaveLength(20);
  });
});

describe("a search that fails", () => {
  const queries: readonly [string, SearchFailure][] = [
    ["", "query-missing"],
    ["  ", "query-missing"],
    ["x".repeat(201), "query-too-long"],
  ];
  test.each(queries)("by its query %j is not run, and the model hears why", async (query, reason) => {
    const rig = searchedUpstream([
      [...searchFor("a", query), end("tool-calls")],
      [say("Sorry."), end()],
    ]);
    expect((await answerOf(rig)).flatMap(reasonOf)).toEqual([reason]);
    expect(rig.queries).toEqual([]);
    expect(rig.requests[1]?.conversation.messages.at(-1)).toMatchObject({ parts: [{ isError: true }] });
  });

  test("lets the answer go on, without the tool once it is known to be refused", async () => {
    const searcher = fakeSearcher(() => {
      searcher.withdraw();
      return { type: "failed", reason: "unavailable" };
    });
    const rig = searchedUpstream([callsFor("a"), [say("Without."), end()]], searcher);
    const events = await answerOf(rig);
    expect(events.flatMap(reasonOf)).toEqual(["unavailable"]);
    expect(endOf(events)?.usage.searches).toBeUndefined();
    expect(rig.requests[1]?.conversation.tools).toHaveLength(1);
  });

  test("and is known to be refused is not offered any more, and the model is told so", async () => {
    const searcher = fakeSearcher();
    searcher.withdraw();
    const rig = searchedUpstream([[say("Without."), end()]], searcher);
    await answerOf(rig);
    expect(rig.requests[0]?.conversation).toMatchObject({
      tools: [{ name: "weather" }],
      system: ["Be brief.", expect.stringContaining("web_search")],
    });
  });
});

describe("a failure of the model", () => {
  test("in the first round before anything was said is a rejection", async () => {
    const rig = searchedUpstream([]);
    expect(await rig.upstream.generate(requestFor()).catch((error: Error) => error.message)).toContain(
      "once too often",
    );
  });

  test("in a later round is the end of the turn, and no success", async () => {
    const events = await answerOf(searchedUpstream([callsFor("a")]));
    expect(events.slice(0, 2)).toEqual([started("a"), ended("a")]);
    expect(events[2]).toMatchObject({ type: "turn-error", error: { kind: "internal" } });
    expect(events).toHaveLength(3);
  });

  test("while a search runs does not wait for it, and ends it", async () => {
    let signal: AbortSignal | undefined;
    const searcher = fakeSearcher((_, given) => {
      signal = given;
      return new Promise(() => {});
    });
    const error = new BridgeError("upstream", "It broke off.");
    const rig = searchedUpstream([[...searchFor("a", "a"), failed(error)]], searcher);
    expect(await answerOf(rig)).toEqual([started("a"), failed(error)]);
    expect(signal?.aborted).toBe(true);
  });
});

describe("a client that leaves", () => {
  test("in the middle of an answer ends what the upstream is doing", async () => {
    const { stream, cancellations } = source<readonly TurnEvent[]>([[say("Once")]], { thenSilent: true });
    const rig = searchedUpstream([stream]);
    const turn = await rig.upstream.generate(requestFor());
    await turn.read();
    const next = turn.read();
    await turn.cancel("gone");
    expect(await next).toBeUndefined();
    expect(cancellations).toHaveLength(1);
    expect(rig.requests[0]?.signal.aborted).toBe(true);
  });

  test("during a search ends it, and nothing more is asked", async () => {
    const aborted = Promise.withResolvers<void>();
    const client = new AbortController();
    const searcher = fakeSearcher((_, signal) => {
      signal.addEventListener("abort", () => aborted.resolve());
      return new Promise(() => {});
    });
    const rig = searchedUpstream([callsFor("a")], searcher);
    const turn = await rig.upstream.generate(requestFor({ signal: client.signal }));
    await turn.read();
    void turn.read();
    client.abort(new Error("gone"));
    await aborted.promise;
    await turn.cancel();
    expect(rig.requests).toHaveLength(1);
  });
});

test.each<Asked>([{ tools: [] }, { toolChoice: { type: "none" } }])(
  "a request that wants no search passes as it is: %j",
  async (asked) => {
    const rig = searchedUpstream([[...searchFor("a", "a"), end("tool-calls")]]);
    const request = requestFor(asked);
    const answer = await batchesOfAll(await rig.upstream.generate(request));
    expect(rig.requests[0]).toBe(request);
    expect(answer.flat()).toEqual([...searchFor("a", "a"), end("tool-calls")]);
  },
);
