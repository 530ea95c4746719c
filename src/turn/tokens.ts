import type { AssistantPart, Conversation, Message, ResultPart, UserPart } from "./conversation.ts";

/** Characters per token by kind of text, a rule of thumb for Claude's vocabulary; the vendor publishes no tokenizer. */
const asciiWord = 1 / 4.4;
const asciiOther = 1 / 2.2;
const latinAndGreek = 1 / 2.2;
const ideographic = 1 / 1.1;

/** Tokens that an image costs when its size is not known: that of about a megapixel. */
const imageTokens = 1_500;
/** What the service adds around each message and tool. */
const messageOverhead = 4;

/** Estimates the tokens of a text; not rounded, so that estimates of pieces add up. */
export function estimateTextTokens(text: string): number {
  let tokens = 0;
  for (let index = 0; index < text.length; index++) tokens += weight(text.charCodeAt(index));
  return tokens;
}

function weight(code: number): number {
  if (code < 0x80) return isWordOrSpace(code) ? asciiWord : asciiOther;
  return code < 0x2e80 ? latinAndGreek : ideographic;
}

const isWordOrSpace = (code: number) => ((code | 0x20) >= 0x61 ? (code | 0x20) <= 0x7a : code === 0x20);

/** Estimates the input tokens of a whole conversation: instructions, messages, tools and images. */
export function estimateInputTokens(conversation: Conversation): number {
  let tokens = messageOverhead;
  for (const text of conversation.system) tokens += estimateTextTokens(text);
  for (const message of conversation.messages) tokens += messageOverhead + messageTokens(message);
  for (const { name, description, inputSchema } of conversation.tools) {
    tokens += messageOverhead + estimateTextTokens(name) + estimateTextTokens(description);
    tokens += estimateTextTokens(JSON.stringify(inputSchema));
  }
  return Math.ceil(tokens);
}

function messageTokens(message: Message): number {
  if (message.role === "system") return estimateTextTokens(message.text);
  let tokens = 0;
  for (const part of message.parts) tokens += partTokens(part);
  return tokens;
}

function partTokens(part: UserPart | AssistantPart | ResultPart): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return estimateTextTokens(part.text);
    case "redacted-reasoning":
      return estimateTextTokens(part.data);
    case "image":
      return imageTokens;
    case "document":
      return part.data.length / 6;
    case "tool-call":
      return estimateTextTokens(part.name) + estimateTextTokens(JSON.stringify(part.input));
    case "tool-result": {
      let tokens = 0;
      for (const inner of part.parts) tokens += partTokens(inner);
      return tokens;
    }
  }
}
