import { cutShort } from "../../eventstream/damaged.ts";
import type { Stage } from "../../stream/stage.ts";
import type { StopReason, TurnEvent, Usage } from "../../turn/events.ts";
import type { Trace } from "../../upstream.ts";
import type { ReasoningScope } from "../reasoning-seal.ts";
import type { ServiceEvent, TokenUsage } from "./events.ts";
import { classify, type FailedRequest } from "./exceptions.ts";
import { createReasoning } from "./reasoning.ts";
import { named, type ServiceFailure } from "./service-failure.ts";
import { decodeStopReason, type ServiceStopReason } from "./stop-reason.ts";
import { createToolCalls, type ToolCalls } from "./tool-calls.ts";

export interface TurnContext extends FailedRequest, ReasoningScope {
  /** The client's names of tools by the names that were sent, where the two differ. */
  toolNames: ReadonlyMap<string, string>;
  /** False when the HTTP answer has neither a length nor chunks, so that a cut looks like an end (fault row 49). */
  isDelimited: boolean;
  trace?: Pick<Trace, "noticed"> | undefined;
}

/**
 * Turn events out of service events. There is a `turn-end` only with proof that the answer is complete: the bytes ended
 * between messages and, if a tool call or a thought is still open, the service has sent a sign of completion.
 */
export function turnDecoder(context: TurnContext): Stage<ServiceEvent, TurnEvent> {
  return (next) => {
    let isEmpty = true;
    const emit = (event: TurnEvent) => {
      isEmpty = false;
      next.push(event);
    };
    const calls = createToolCalls(context.toolNames, emit);
    /** What was said while a tool call was open: by the contract of turn events it comes after the call. */
    const held: TurnEvent[] = [];
    const say = (event: TurnEvent) => {
      if (calls.isOpen) held.push(event);
      else emit(event);
    };
    const reasoning = createReasoning(context, say);
    let stopReason: ServiceStopReason | undefined;
    let reported: TokenUsage | undefined;
    let isSealed = false;

    const release = () => {
      for (const event of held.splice(0)) emit(event);
    };

    const push = (event: ServiceEvent) => {
      switch (event.type) {
        case "text":
          if (!event.text) return;
          reasoning.end();
          return say({ type: "text-delta", text: event.text });
        case "reasoning":
          return reasoning.push(event);
        case "tool-use":
          reasoning.end();
          calls.push(event);
          if (!calls.isOpen) release();
          return;
        case "metadata":
          isSealed = true;
          stopReason ??= knownReason(event.stopReason);
          reported ??= event.usage;
          return;
        case "metering":
        case "context-usage":
          isSealed = true;
          return;
        case "failure":
          return fail(event.failure);
        case "unknown":
          return;
        default:
          event satisfies never;
      }
    };

    const knownReason = (name: string | undefined): ServiceStopReason | undefined => {
      const reason = decodeStopReason(name);
      if (name !== undefined && reason === undefined) context.trace?.noticed("stop_reason");
      return reason;
    };

    /** An answer that outgrows the limit counts as cut by length once some of it has been seen (fault row 56). */
    const fail = (failure: ServiceFailure) => {
      if (!isEmpty && isOverflow(failure)) {
        stopReason = "length";
        isSealed = true;
        return;
      }
      throw classify(failure, context);
    };

    const end = () => {
      const isUnproven = calls.isOpen || reasoning.isUnproven || !context.isDelimited;
      reasoning.end();
      if (isSealed && stopReason === "length") calls.cut();
      else if (isSealed) calls.end();
      release();
      noticeOddities(calls, context.trace);
      if (!isSealed && isUnproven) throw cutShort("ended without a sign of completion");
      next.push({
        type: "turn-end",
        stopReason:
          calls.isOpen || calls.isBroken
            ? brokenReason(stopReason, calls.isOpen)
            : endReason(stopReason, calls.count > 0),
        stopSequence: null,
        usage: usageOf(reported, context.inputTokens),
      });
      next.end();
    };

    return { push, end };
  };
}

const isOverflow = named("contentlengthexceeded");

function noticeOddities({ isBroken, isOutOfOrder }: ToolCalls, trace: TurnContext["trace"]): void {
  if (isBroken) trace?.noticed("tool_json");
  if (isOutOfOrder) trace?.noticed("tool_seq");
}

/** For an answer with a call whose arguments are not an object. */
function brokenReason(reason: ServiceStopReason | undefined, isInside: boolean): StopReason {
  if (reason === "context-window" || reason === "length") return reason;
  return isInside ? "length" : "malformed-call";
}

/** `tool-calls` only if there are some: an agent that is told to run tools without any would wait for ever. */
function endReason(reason: ServiceStopReason | undefined, hasCalls: boolean): StopReason {
  if (reason === undefined || reason === "end" || reason === "malformed")
    return hasCalls ? "tool-calls" : "end";
  return reason;
}

function usageOf(reported: TokenUsage | undefined, inputTokens: number): Usage {
  if (!reported)
    return { inputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true };
  return {
    inputTokens: reported.uncachedInputTokens,
    outputTokens: reported.outputTokens,
    cacheReadTokens: reported.cacheReadInputTokens,
    cacheWriteTokens: reported.cacheWriteInputTokens,
    estimated: false,
  };
}
