import type { ScriptedHttpAnswer, ScriptedMessage, ScriptedStream } from "../../src/simulator/script.ts";

import { utter } from "./taint.ts";

type Steps = ScriptedStream["events"];

const event = (type: string, payload: unknown): ScriptedMessage => ({ type, payload });

/** One event per delta. */
export const text = (...deltas: readonly string[]): ScriptedMessage[] =>
  deltas.map((content) => event("assistantResponseEvent", { content: utter(content) }));

/** Thoughts as they come, then their signature unless it is empty. */
export const reasoning = (deltas: readonly string[], signature = ""): ScriptedMessage[] => [
  ...deltas.map((delta) => event("reasoningContentEvent", { text: utter(delta) })),
  ...(signature ? [event("reasoningContentEvent", { signature })] : []),
];

export const redacted = (redactedContent: string): ScriptedMessage =>
  event("reasoningContentEvent", { redactedContent });

/** A call that is begun but not stopped; each fragment is a piece of the arguments' JSON text. */
export const openTool = (
  toolUseId: string,
  name: string,
  ...fragments: readonly string[]
): ScriptedMessage[] => [
  event("toolUseEvent", { toolUseId, name }),
  ...fragments.map((input) => event("toolUseEvent", { toolUseId, name, input: utter(input) })),
];

/** A whole call; without fragments it has no input at all. */
export const tool = (toolUseId: string, name: string, ...fragments: readonly string[]): ScriptedMessage[] => [
  ...openTool(toolUseId, name, ...fragments),
  event("toolUseEvent", { toolUseId, name, stop: true }),
];

export const metadata = (payload: Readonly<Record<string, unknown>>): ScriptedMessage =>
  event("metadataEvent", payload);

export const metering = event("meteringEvent", { usage: 0.25, unit: "credit", unitPlural: "credits" });
export const contextUsage = event("contextUsageEvent", { contextUsagePercentage: 1.25 });

/** The three events that usually close an answer; without a reason as for accounts that are never told one. */
export const ending = (stopReason?: string): ScriptedMessage[] => [
  contextUsage,
  metering,
  metadata(stopReason === undefined ? {} : { stopReason }),
];

export const exception = (name: string, message: string, reason?: string): ScriptedMessage => ({
  exception: name,
  payload: { message, ...(reason !== undefined && { reason }) },
});

export const stream = (...steps: readonly (Steps[number] | Steps)[]): ScriptedStream => ({
  events: steps.flat(),
});

/** A refusal as AWS words it. */
export const refusal = (
  status: number,
  type: string,
  message: string,
  reason: string | null = null,
): ScriptedHttpAnswer => ({
  status,
  body: { __type: `com.amazon.aws.codewhisperer#${type}`, message, reason },
});
