import type { Conversation } from "../../turn/conversation.ts";
import { refuseFields } from "../fields.ts";
import { decodeStops } from "../stop-sequences.ts";
import { type CompletionRequest, completionFields } from "./legacy-completions-schema.ts";

const toContinue =
  "Continue the user's text from exactly where it ends. Your answer is appended to the text as it is: give only what follows, without an introduction, quotation marks or a code fence, and repeat nothing of the text.";

const toFillIn =
  "The user's text has a gap at the tag <gap/>. Your answer takes the tag's place as it is: give only what belongs there, without an introduction, quotation marks or a code fence, and repeat nothing of what stands before or after it.";

/** A prompt to be completed, put into words for models that know conversations alone. */
export function decodeCompletionRequest(request: CompletionRequest): Conversation {
  refuseFields(request, completionFields);
  const { model, suffix, max_tokens, stop } = request;
  const prompt = [request.prompt].flat().join("");
  return {
    model,
    system: [suffix ? toFillIn : toContinue],
    messages: [
      { role: "user", parts: [{ type: "text", text: suffix ? `${prompt}<gap/>${suffix}` : prompt }] },
    ],
    tools: [],
    toolChoice: { type: "auto" },
    settings: {
      // Thoughts have no place in the answer, and autocompletion cannot wait for them.
      reasoning: { enabled: false },
      ...(max_tokens && { maxTokens: max_tokens }),
      ...decodeStops(stop),
    },
  };
}
