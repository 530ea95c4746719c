import type { ScriptedAnswer, ScriptedHttpAnswer } from "../../src/simulator/script.ts";
import { frame } from "../support/frames.ts";
import {
  ending,
  exception,
  metadata,
  openTool,
  reasoning,
  redacted,
  refusal,
  stream,
  text,
  tool,
} from "../support/script.ts";

/** What the service does, by the name of the file that shows what clients see of it (contract 9.3). */
export const scenarios: Readonly<Record<string, ScriptedAnswer>> = {
  "text-in-small-deltas": stream(
    text("Grü", "ße", "", ", ", "日本", "😀", "\n\n", "\n\n"),
    ending("END_TURN"),
  ),
  "reasoning-then-text": stream(reasoning(["Let me", " think."], "sig-1"), text("Done."), ending("END_TURN")),
  "redacted-reasoning": stream(redacted("AAECAw=="), text("Done."), ending("END_TURN")),
  "one-tool-in-fragments": stream(
    text("I will look."),
    tool("tooluse_1", "read", '{"pa', 'th":"a.ts"', "}"),
    ending("TOOL_USE"),
  ),
  "parallel-tools-and-text-after": stream(
    tool("tooluse_1", "read", '{"path":"a.ts"}'),
    tool("tooluse_2", "read", '{"path":"b.ts"}'),
    text("Two at once."),
    ending("TOOL_USE"),
  ),
  "tool-with-empty-input": stream(tool("tooluse_1", "list", ""), ending("TOOL_USE")),
  "tool-sent-twice": stream(
    tool("tooluse_1", "read", '{"path":"a.ts"}'),
    tool("tooluse_1", "read"),
    ending("TOOL_USE"),
  ),
  "reasoning-last-as-gpt-has-it": stream(
    text("Done."),
    tool("tooluse_1", "list"),
    reasoning(["..."], ".KTR~~opaque"),
    ending("TOOL_USE"),
  ),
  "stop-reason-in-lower-case": stream(text("As far as it"), ending("max_tokens")),
  "stop-reason-that-is-new": stream(text("Done."), ending("BORED")),
  "tool-without-input": stream(tool("tooluse_1", "list"), ending("TOOL_USE")),
  "no-metadata-at-all": stream(text("Accounts of organisations see this.")),
  "metadata-only": stream(metadata({ stopReason: "END_TURN" })),
  "max-tokens-in-text": stream(text("As far as it"), ending("MAX_TOKENS")),
  "max-tokens-in-a-tool": stream(
    text("Writing."),
    openTool("tooluse_1", "write", '{"text":"half'),
    ending("MAX_TOKENS"),
  ),
  "end-inside-a-tool": stream(openTool("tooluse_1", "write", '{"text":"half')),
  "content-filtered": stream(text("I can"), ending("CONTENT_FILTERED")),
  "window-exceeded": stream(text("So far"), ending("MODEL_CONTEXT_WINDOW_EXCEEDED")),
  "tool-use-without-a-tool": stream(text("No tool after all."), ending("TOOL_USE")),
  "usage-counted-by-the-service": stream(
    text("Counted."),
    metadata({
      stopReason: "END_TURN",
      tokenUsage: {
        uncachedInputTokens: 10,
        outputTokens: 5,
        totalTokens: 45,
        cacheReadInputTokens: 20,
        cacheWriteInputTokens: 10,
      },
    }),
  ),
  "unknown-events-between": stream(
    text("a"),
    { type: "brandNewEvent", payload: { content: "not for you" } },
    text("b"),
    ending("END_TURN"),
  ),
  "exception-before-content": stream(exception("throttlingException", "Rate exceeded")),
  "exception-after-content": stream(text("Half an"), exception("internalServerException", "oh no")),
  "error-after-content": stream(text("Half an"), { error: "InternalFailure", message: "oh no" }),
  "overflow-after-content": stream(text("Half an"), exception("ContentLengthExceededException", "too long")),
  "corrupt-checksum": stream(
    text("good"),
    { corrupt: text("bad")[0] ?? metadata({}), checksum: "message" },
    ending(),
  ),
  "cut-inside-a-message": stream(
    text("Half an"),
    { bytes: frame("meteringEvent", {}).slice(0, 20) },
    { cut: "end" },
  ),
  "improperly-formed": refusal(400, "ValidationException", "Improperly formed request."),
  "prompt-too-long": refusal(
    400,
    "ValidationException",
    "Input is too long.",
    "CONTENT_LENGTH_EXCEEDS_THRESHOLD",
  ),
  "monthly-quota": refusal(
    402,
    "ServiceQuotaExceededException",
    "You have reached the limit.",
    "MONTHLY_REQUEST_COUNT",
  ),
  "no-capacity": refusal(429, "ThrottlingException", "High traffic", "INSUFFICIENT_MODEL_CAPACITY"),
  suspended: refusal(
    403,
    "AccessDeniedException",
    "Your User ID (u-1) temporarily is suspended",
    "TEMPORARILY_SUSPENDED",
  ),
};

/** What the service does where the client wants thoughts of a model that has no setting for them. */
export const taggedScenarios: Readonly<Record<string, ScriptedAnswer>> = {
  "thoughts-in-tags": stream(
    text("<thin", "king>Let me", " think.</", "thinking>\n", "\nDone <thinking>.", "</thinking>"),
    ending("END_TURN"),
  ),
  "thoughts-in-tags-before-a-tool": stream(
    text("<thinking>", "The list."),
    tool("tooluse_1", "list"),
    ending("TOOL_USE"),
  ),
};

/** What the service does where the client wants the web searched: its answers, and what comes of the search. */
export interface SearchScenario {
  answers: readonly ScriptedAnswer[];
  search: ScriptedHttpAnswer;
}

const results = [
  {
    title: "Bun 1.4",
    url: "https://example.com/bun",
    snippet: "It is out.",
    publishedDate: Date.UTC(2026, 3, 30),
  },
  { title: "Bun", url: "https://example.org/bun", snippet: "" },
];
const found = { content: [{ type: "text", text: JSON.stringify({ results }) }], isError: false };

const answers = [
  stream(text("Let me see."), tool("tooluse_1", "web_search", '{"query":"bun"}'), ending("TOOL_USE")),
  stream(text("It is out."), ending("END_TURN")),
];

export const searchScenarios: Readonly<Record<string, SearchScenario>> = {
  "web-search": { answers, search: { status: 200, body: { jsonrpc: "2.0", id: "1", result: found } } },
  "web-search-that-fails": { answers, search: refusal(500, "InternalServerException", "oh no") },
};
