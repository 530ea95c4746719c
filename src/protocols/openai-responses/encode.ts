import type {
  Response,
  ResponseFunctionWebSearch,
  ResponseOutputItem,
  ResponseUsage,
} from "openai/resources/responses/responses";
import type { BridgeError } from "../../errors.ts";
import type { CollectedSearch, Turn, TurnPart } from "../../turn/collect.ts";
import type { StopReason, TurnEnd, Usage } from "../../turn/events.ts";
import { customText } from "../openai/custom-tools.ts";
import type { ReplyIdentity } from "../reply.ts";
import { responseError } from "./errors.ts";
import type { ResponsesRequest } from "./schema.ts";
import type { ToolOrigins } from "./tools.ts";

export interface ResponseContext extends ReplyIdentity {
  origins: ToolOrigins;
  /** Whether the client wants what proves reasoning, to send it back. */
  includeReasoning: boolean;
  /** Whether the client wants to see where a search has led. */
  includeSources: boolean;
  previousResponseId: string | null;
  echo: Echo;
}

/** What a response repeats of its request. */
export interface Echo {
  instructions: string | null;
  metadata: unknown;
  parallel_tool_calls: boolean;
  tool_choice: NonNullable<ResponsesRequest["tool_choice"]>;
  tools: NonNullable<ResponsesRequest["tools"]>;
}

/** The members of a response object, but for the one that the SDK adds on its side. */
export type ResponseObject = Omit<Response, "output_text" | "usage" | "status" | "error" | keyof Echo> &
  Echo & {
    status: NonNullable<Response["status"]>;
    usage: ResponseUsage | null;
    error: { code: string; message: string } | null;
  };

export const responseInProgress = (context: ResponseContext): ResponseObject => ({
  id: context.id,
  object: "response",
  created_at: context.createdAt,
  status: "in_progress",
  model: context.model,
  output: [],
  usage: null,
  error: null,
  incomplete_details: null,
  previous_response_id: context.previousResponseId,
  access_programs: null,
  temperature: null,
  top_p: null,
  ...context.echo,
});

const incompleteReasons = {
  end: undefined,
  "tool-calls": undefined,
  "stop-sequence": undefined,
  length: "max_output_tokens",
  "context-window": "max_output_tokens",
  "content-filter": "content_filter",
  "malformed-call": "max_output_tokens",
} as const satisfies Record<StopReason, Response.IncompleteDetails["reason"]>;

/** The response once its answer has ended, well or cut short. */
export function responseEnded(
  context: ResponseContext,
  output: ResponseOutputItem[],
  { stopReason, usage }: TurnEnd,
): ResponseObject {
  const reason = incompleteReasons[stopReason];
  return {
    ...responseInProgress(context),
    status: reason ? "incomplete" : "completed",
    incomplete_details: reason ? { reason } : null,
    output,
    usage: encodeUsage(usage),
  };
}

export const responseFailed = (
  context: ResponseContext,
  output: ResponseOutputItem[],
  error: BridgeError,
): ResponseObject => ({
  ...responseInProgress(context),
  status: "failed",
  output,
  error: responseError(error),
});

function encodeUsage(usage: Usage): ResponseUsage {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + usage.outputTokens,
  };
}

export const isCut = ({ stopReason }: TurnEnd): boolean => incompleteReasons[stopReason] !== undefined;

export const encodeResponse = (context: ResponseContext, { parts, end }: Turn): ResponseObject =>
  responseEnded(context, encodeItems(context, parts, isCut(end)), end);

/** The items of an answer with all that going on from it takes, whatever of that the client asked to see. */
export const provenItems = (context: ResponseContext, parts: readonly TurnPart[]): ResponseOutputItem[] =>
  encodeItems({ ...context, includeReasoning: true, includeSources: true }, parts);

const encodeItems = (
  context: ResponseContext,
  parts: readonly TurnPart[],
  isLastCut = false,
): ResponseOutputItem[] =>
  parts.map((part, index) => encodeItem(context, part, index, isLastCut && index === parts.length - 1));

/** An item of the output; `index` is its place, and part of its id. */
export function encodeItem(
  context: ResponseContext,
  part: TurnPart,
  index: number,
  isCutShort = false,
): ResponseOutputItem {
  const itemId = (prefix: string) => `${prefix}_${context.id.slice("resp_".length)}_${index}`;
  switch (part.type) {
    case "text":
      return {
        type: "message",
        id: itemId("msg"),
        status: isCutShort ? "incomplete" : "completed",
        role: "assistant",
        content: [{ type: "output_text", text: part.text, annotations: [], logprobs: [] }],
      };
    case "reasoning":
      return {
        type: "reasoning",
        id: itemId("rs"),
        summary: part.text ? [{ type: "summary_text", text: part.text }] : [],
        ...(context.includeReasoning && { encrypted_content: part.signature || null }),
      };
    case "redacted-reasoning":
      return {
        type: "reasoning",
        id: itemId("rs"),
        summary: [],
        ...(context.includeReasoning && { encrypted_content: part.data }),
      };
    case "tool-call": {
      const origin = context.origins.get(part.name) ?? { kind: "function", name: part.name };
      const about = {
        call_id: part.id,
        name: origin.name,
        ...(origin.namespace && { namespace: origin.namespace }),
      };
      if (origin.kind === "custom") {
        return { type: "custom_tool_call", id: itemId("ctc"), ...about, input: customText(part.json) };
      }
      const status = part.isWhole ? "completed" : "incomplete";
      return { type: "function_call", id: itemId("fc"), ...about, arguments: part.json, status };
    }
    case "search":
      return {
        type: "web_search_call",
        id: itemId("ws"),
        status: part.outcome.type === "found" ? "completed" : "failed",
        action: encodeSearch(part, context.includeSources),
      };
  }
}

const encodeSearch = (
  { query, outcome }: CollectedSearch,
  includeSources: boolean,
): ResponseFunctionWebSearch.Search => ({
  type: "search",
  query,
  queries: [query],
  ...(includeSources &&
    outcome.type === "found" && { sources: outcome.results.map(({ url }) => ({ type: "url", url })) }),
});
