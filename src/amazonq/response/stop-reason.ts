import type { StopReason } from "../../turn/events.ts";

/** Bedrock's reasons (contract 3.5), in any letter case; no protocol has a word for `malformed`. */
const reasons = {
  END_TURN: "end",
  TOOL_USE: "end",
  MAX_TOKENS: "length",
  STOP_SEQUENCE: "stop-sequence",
  MODEL_CONTEXT_WINDOW_EXCEEDED: "context-window",
  CONTENT_FILTERED: "content-filter",
  GUARDRAIL_INTERVENED: "content-filter",
  MALFORMED_TOOL_USE: "malformed",
  MALFORMED_MODEL_OUTPUT: "malformed",
} as const satisfies Record<string, StopReason | "malformed">;

export type ServiceStopReason = (typeof reasons)[keyof typeof reasons];

const reasonByName: ReadonlyMap<string, ServiceStopReason> = new Map(Object.entries(reasons));

/** Undefined for a reason that is absent or unknown: the turn itself then shows how it ended. */
export const decodeStopReason = (name: string | undefined): ServiceStopReason | undefined =>
  name === undefined ? undefined : reasonByName.get(name.toUpperCase());
