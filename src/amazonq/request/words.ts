import type { ResultPart, TextPart, ToolCallPart, ToolResultPart } from "../../turn/conversation.ts";
import { isBlank } from "../../turn/text.ts";
import { isMedia, pointerTo } from "./attachments.ts";
import { cleanObject } from "./json.ts";
import type { SentNames } from "./tool-names.ts";
import type { SentTurn } from "./turns.ts";

/**
 * The turns with their calls and results as text, in the same order: nothing is left of the structure
 * that the service checks (R33 to R43). Reasoning is dropped too, since it is bound to the message as it was (R53).
 */
export function flattenTools(turns: readonly SentTurn[], sentNames: SentNames): SentTurn[] {
  const nameOfCall = new Map<string, string>();
  return turns.map((turn) => {
    if (turn.role === "user") {
      const results = turn.results.flatMap((result) => resultInWords(result, nameOfCall.get(result.callId)));
      return { ...turn, results: [], parts: [...results, ...turn.parts.flatMap(pointedAt)] };
    }
    const texts = turn.parts.filter((part) => part.type === "text");
    const calls = turn.calls.map((call) => {
      const name = sentNames.get(call.name) ?? call.name;
      nameOfCall.set(call.id, name);
      return callInWords(call, name);
    });
    return { ...turn, calls: [], parts: [...texts, ...calls] };
  });
}

const text = (content: string): TextPart => ({ type: "text", text: content });

const callInWords = ({ input }: ToolCallPart, name: string): TextPart =>
  text(`[called ${name} with ${JSON.stringify(cleanObject(input))}]`);

function resultInWords({ parts, isError }: ToolResultPart, name = "a tool"): ResultPart[] {
  const saysSomething = parts.some((part) => isMedia(part) || !isBlank(part.text));
  const said = saysSomething ? parts.flatMap(pointedAt) : [text("(no output)")];
  return [text(`[${isError ? "error" : "result"} of ${name}]`), ...said];
}

const pointedAt = (part: ResultPart): ResultPart[] =>
  isMedia(part) ? [text(pointerTo(part)), part] : [part];
