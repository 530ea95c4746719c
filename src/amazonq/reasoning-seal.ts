/** The service accepts reasoning only for the model and the conversation that it came from (R53). */
export interface ReasoningScope {
  modelId: string;
  conversationId: string;
}

export interface SignedReasoning extends ReasoningScope {
  text: string;
  signature: string;
}

/** What GPT models send in place of their thinking, which is in the signature (contract 3.3). */
export const hiddenThinking = "...";

const prefix = "aqb1.";

/**
 * A signature in the form that clients keep: `aqb1.`, a digest of everything it belongs to, and the service's own
 * signature unchanged. The bridge remembers nothing, so seals survive a restart.
 */
export const sealReasoning = ({ modelId, conversationId, text, signature }: SignedReasoning): string =>
  seal(["text", modelId, conversationId, text, signature], signature);

/** The service's signature; undefined if the seal is not ours or the text, model or conversation is another (R55). */
export function openReasoning(
  sealed: string,
  reasoning: ReasoningScope & { text: string },
): string | undefined {
  const signature = contentOf(sealed);
  return sealReasoning({ ...reasoning, signature }) === sealed ? signature : undefined;
}

/** Redacted reasoning, sealed in the same way as a signature. */
export const sealRedacted = (data: string, { modelId, conversationId }: ReasoningScope): string =>
  seal(["redacted", modelId, conversationId, data], data);

export function openRedacted(sealed: string, scope: ReasoningScope): string | undefined {
  const data = contentOf(sealed);
  return sealRedacted(data, scope) === sealed ? data : undefined;
}

const digestLength = 16;

const seal = (bound: readonly string[], content: string): string =>
  `${prefix}${new Bun.CryptoHasher("sha256").update(JSON.stringify(bound)).digest("base64url").slice(0, digestLength)}.${content}`;

const contentOf = (sealed: string): string => sealed.slice(prefix.length + digestLength + 1);
