import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { startBridge } from "../support/bridge.ts";
import { scenarios, searchScenarios, taggedScenarios } from "./scenarios.ts";

/**
 * What a client sees, as files to read. A change of the wire shows as a change of them; to accept it, run this test
 * with UPDATE_TRANSCRIPTS=1 and look at the difference.
 */
const isUpdate = process.env["UPDATE_TRANSCRIPTS"] === "1";
const bridge = startBridge();
afterAll(() => bridge.stop());

const tools = [{ name: "read" }, { name: "write" }, { name: "list" }].map(({ name }) => ({
  name,
  description: `${name}s`,
  schema: { type: "object", properties: {} },
}));
const messages = [{ role: "user", content: "Go." }];
const requests = {
  "Anthropic Messages": {
    path: "/v1/messages",
    body: {
      max_tokens: 1000,
      tools: tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
    },
  },
  "OpenAI Chat Completions": {
    path: "/v1/chat/completions",
    body: {
      stream_options: { include_usage: true },
      tools: tools.map(({ schema, ...tool }) => ({
        type: "function",
        function: { ...tool, parameters: schema },
      })),
    },
  },
};

const thinkingRequests = {
  "Anthropic Messages": {
    path: "/v1/messages",
    body: { ...requests["Anthropic Messages"].body, thinking: { type: "enabled", budget_tokens: 1024 } },
  },
  "OpenAI Chat Completions": {
    path: "/v1/chat/completions",
    body: { ...requests["OpenAI Chat Completions"].body, reasoning_effort: "low" },
  },
};

const searchRequests = {
  "Anthropic Messages": {
    path: "/v1/messages",
    body: { max_tokens: 1000, tools: [{ type: "web_search_20250305", name: "web_search" }] },
  },
  "OpenAI Chat Completions": {
    path: "/v1/chat/completions",
    body: { stream_options: { include_usage: true }, web_search_options: {} },
  },
  "OpenAI Responses": { path: "/v1/responses", body: { input: "Go.", tools: [{ type: "web_search" }] } },
};

describe("transcripts", () => {
  test.each(Object.entries(scenarios))("%s", async (name, script) => {
    await expectUnchanged(name, await transcript(requests, () => bridge.simulator.script(atOnce(script))));
  });

  test.each(Object.entries(taggedScenarios))("%s", async (name, script) => {
    const play = () => bridge.simulator.script(atOnce(script));
    await expectUnchanged(name, await transcript(thinkingRequests, play));
  });

  test.each(Object.entries(searchScenarios))("%s", async (name, { answers, search }) => {
    const play = () => {
      bridge.simulator.script(...answers.map(atOnce));
      bridge.simulator.scriptSearch(search);
    };
    await expectUnchanged(name, await transcript(searchRequests, play));
  });
});

async function expectUnchanged(name: string, seen: string): Promise<void> {
  const file = join(import.meta.dir, `${name}.txt`);
  if (isUpdate) await Bun.write(file, seen);
  expect(existsSync(file)).toBe(true);
  expect(seen).toBe(await Bun.file(file).text());
}

/** What comes together leaves together: a transcript must not tell how the network has cut it. */
const atOnce = (answer: ScriptedAnswer): ScriptedAnswer =>
  "events" in answer ? { ...answer, chunking: "whole" } : answer;

type Requests = Readonly<Record<string, { path: string; body: object }>>;

async function transcript(asked: Requests, play: () => void): Promise<string> {
  const sections: string[] = [];
  for (const [protocol, { path, body }] of Object.entries(asked)) {
    for (const stream of [true, false]) {
      play();
      const response = await fetch(`${bridge.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "claude-sonnet-4.5", messages, stream, ...body }),
      });
      const shown = ["content-type", "retry-after", "x-should-retry"].flatMap((header) => {
        const value = response.headers.get(header);
        return value === null ? [] : [`${header}: ${value}`];
      });
      const answer = readable(await response.text());
      sections.push(
        [`=== ${protocol}, ${stream ? "streamed" : "whole"}`, response.status, ...shown, "", answer].join(
          "\n",
        ),
      );
    }
  }
  return `${sections
    .join("\n\n")
    .replaceAll(/(msg_|resp_|ws_|chatcmpl-|req_)[0-9a-f-]{32,36}/g, "$1…")
    .replaceAll(/"(created|created_at)": ?\d+/g, '"$1":0')}\n`;
}

/** A JSON body over several lines; an event stream as it is. */
const readable = (body: string): string =>
  body.startsWith("{") ? JSON.stringify(JSON.parse(body), null, 2) : body.trimEnd();
