import { BridgeError } from "../errors.ts";
import type { Tool, ToolChoice } from "../turn/conversation.ts";

/** The tools that the model may call, and whether it must. */
export interface ToolOffer {
  tools: readonly Tool[];
  toolChoice: ToolChoice;
}

/** All tools; a choice that they cannot meet is refused, as the vendors' APIs do. */
export function offerAll(
  tools: readonly Tool[],
  toolChoice: ToolChoice,
  /** The member that holds the choice. */
  param = "tool_choice",
): ToolOffer {
  if (toolChoice.type === "tool" && !tools.some(({ name }) => name === toolChoice.name))
    throw notOffered(param);
  if (toolChoice.type === "required" && tools.length === 0) throw nothingOffered(param);
  return { tools, toolChoice };
}

/** Only the tools that a list allows; `mode` says whether one of them must be called. */
export function offerAllowed(
  tools: readonly Tool[],
  isAllowed: (tool: Tool) => boolean,
  { mode, tools: list }: { mode: "auto" | "required"; tools: readonly unknown[] },
): ToolOffer {
  const allowed = tools.filter(isAllowed);
  if (allowed.length === 0 && (mode === "required" || list.length > 0)) throw notOffered("tool_choice");
  return { tools: allowed, toolChoice: { type: mode } };
}

export const notOffered = (param: string) =>
  refused(param, "names a tool that is not on offer; add it to the tools, or choose another.");

const nothingOffered = (param: string) =>
  refused(param, "wants a tool to be called, and none is on offer; add one to the tools, or leave it out.");

const refused = (param: string, why: string) =>
  new BridgeError("invalid-request", `${param}: ${why}`, { code: "invalid_value", param });
