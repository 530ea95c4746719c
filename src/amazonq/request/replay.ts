import type { AssistantPart } from "../../turn/conversation.ts";
import { cleanText } from "../../turn/text.ts";
import { hiddenThinking, openReasoning, openRedacted, type ReasoningScope } from "../reasoning-seal.ts";
import type { ReasoningContent } from "../wire.ts";

/**
 * The reasoning of an answer as the service takes it back: only what it signed itself, complete and unchanged, for the
 * same model and conversation (R51, R52, R55). An answer has room for one; of several none would be valid (R53).
 */
export function replayedReasoning(
  parts: readonly AssistantPart[],
  scope: ReasoningScope,
): ReasoningContent | undefined {
  const [only, ...others] = parts.filter(
    (part) => part.type === "reasoning" || part.type === "redacted-reasoning",
  );
  if (!only || others.length > 0) return undefined;
  if (only.type === "reasoning") return signedText(only.text, only.signature, scope);
  const redactedContent = openRedacted(only.data, scope);
  if (redactedContent !== undefined) return { redactedContent };
  // Clients of Responses send what has no text back in the same form.
  return signedText(hiddenThinking, only.data, scope) ?? signedText("", only.data, scope);
}

function signedText(text: string, sealed: string, scope: ReasoningScope): ReasoningContent | undefined {
  const signature = openReasoning(sealed, { ...scope, text });
  // R21 would change the signed text.
  return signature && cleanText(text) === text ? { reasoningText: { text, signature } } : undefined;
}
