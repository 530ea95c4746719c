import type { AssistantPart, ResultPart, ToolCallPart, ToolResultPart, UserPart } from "./conversation.ts";
import type { Turn } from "./normalize.ts";

/** A turn whose tool results answer exactly the calls of the turn before it, in their order. */
export type PairedTurn = PairedUserTurn | PairedAssistantTurn;
export interface PairedUserTurn {
  role: "user";
  results: readonly ToolResultPart[];
  parts: readonly ResultPart[];
}
export interface PairedAssistantTurn {
  role: "assistant";
  parts: readonly Exclude<AssistantPart, ToolCallPart>[];
  calls: readonly ToolCallPart[];
}

/** A call of the turn before, and the results that the client sent for it. */
interface OpenCall {
  id: string;
  call: ToolCallPart;
  results: ToolResultPart[];
}

/**
 * Matches calls and results by the client's ids and gives both the id that `renameId` returns, once for each call.
 * A call without a result gets an error result; a result without a call becomes text in its place. Turns alternate.
 */
export function pairToolResults(turns: readonly Turn[], renameId: (id: string) => string): PairedTurn[] {
  let open: OpenCall[] = [];
  return turns.map((turn): PairedTurn => {
    if (turn.role === "user") return pairUserTurn(turn.parts, open);
    const parts = turn.parts.filter((part) => part.type !== "tool-call");
    const calls = turn.parts.filter((part) => part.type === "tool-call");
    open = calls.map((call) => ({ id: renameId(call.id), call, results: [] }));
    return { role: "assistant", parts, calls: open.map(({ id, call }) => ({ ...call, id })) };
  });
}

function pairUserTurn(userParts: readonly UserPart[], open: readonly OpenCall[]): PairedUserTurn {
  const openById = Map.groupBy(open.toReversed(), ({ call }) => call.id);
  const parts: ResultPart[] = [];
  for (const part of userParts) {
    if (part.type !== "tool-result") {
      parts.push(part);
      continue;
    }
    const call = nextOpenCall(openById.get(part.callId));
    if (call) call.results.push(part);
    else for (const orphan of orphanParts(part)) parts.push(orphan);
  }
  return { role: "user", results: open.map(answer), parts };
}

/** R38: calls that share an id take one result each, in order, and the last takes the rest. */
const nextOpenCall = (group: OpenCall[] | undefined): OpenCall | undefined =>
  group && group.length > 1 ? group.pop() : group?.[0];

/** R39 */
const orphanParts = ({ callId, parts, isError }: ToolResultPart): ResultPart[] => [
  { type: "text", text: `[${isError ? "Error" : "Result"} from an earlier tool call, ${callId}]` },
  ...parts,
];

function answer({ id, results }: OpenCall): ToolResultPart {
  const last = results.at(-1);
  if (!last) return missingResult(id);
  if (results.length === 1) return { ...last, callId: id };
  return { ...last, callId: id, parts: results.flatMap((result) => result.parts) };
}

/** R40 */
const missingResult = (callId: string): ToolResultPart => ({
  type: "tool-result",
  callId,
  parts: [{ type: "text", text: "(the tool call was interrupted; there is no result)" }],
  isError: true,
});
