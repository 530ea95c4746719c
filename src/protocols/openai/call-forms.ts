import type {
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatCompletionMessageToolCall,
} from "openai/resources/chat/completions";
import type { CollectedCall } from "../../turn/collect.ts";
import { customText } from "./custom-tools.ts";

/**
 * How a client is told of a call: as one of a function, of a custom tool, or of the single function that the API had before
 * tools; or with the text of a custom tool in place of a function's arguments, which is all that Cursor (3.14) reads.
 */
export type CallForm = "function" | "custom" | "text" | "legacy";
/** The form for the calls of a tool. */
export type CallFormOf = (tool: string) => CallForm;

/** Whether a call carries a text rather than arguments. */
export const isText = (form: CallForm): boolean => form === "custom" || form === "text";

type Delta = ChatCompletionChunk.Choice.Delta;
type Begin = (index: number, id: string, name: string) => Delta;
type GoOn = (index: number, piece: string) => Delta;

const beginFunction: Begin = (index, id, name) => ({
  tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }],
});
const goOnFunction: GoOn = (index, piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] });

/** A call in pieces. */
export const callDeltas = {
  function: { begin: beginFunction, goOn: goOnFunction },
  text: { begin: beginFunction, goOn: goOnFunction },
  custom: {
    begin: (index, id, name) => ({
      tool_calls: [{ index, id, type: "custom", custom: { name, input: "" } }],
    }),
    goOn: (index, piece) => ({ tool_calls: [{ index, custom: { input: piece } }] }),
  },
  legacy: {
    begin: (_, __, name) => ({ function_call: { name, arguments: "" } }),
    goOn: (_, piece) => ({ function_call: { arguments: piece } }),
  },
} as const satisfies Record<CallForm, { begin: Begin; goOn: GoOn }>;

/** Whole calls. Arguments are passed on as the model wrote them, even where the length limit cut them short. */
export function encodeCalls(
  calls: readonly CollectedCall[],
  formOf: CallFormOf,
): Pick<ChatCompletionMessage, "tool_calls" | "function_call"> {
  const [first] = calls;
  if (!first) return {};
  if (formOf(first.name) !== "legacy")
    return { tool_calls: calls.map((call) => encodeCall(call, formOf(call.name))) };
  return { function_call: { name: first.name, arguments: first.json } };
}

function encodeCall({ id, name, json }: CollectedCall, form: CallForm): ChatCompletionMessageToolCall {
  if (form === "custom") return { id, type: "custom", custom: { name, input: customText(json) } };
  return { id, type: "function", function: { name, arguments: isText(form) ? customText(json) : json } };
}
