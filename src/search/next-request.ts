import type { Conversation, Message, Settings, Tool } from "../turn/conversation.ts";
import type { TurnRequest } from "../upstream.ts";

export interface Progress {
  /** What was said since the request. */
  messages: readonly Message[];
  inputTokens: number;
  /** Tokens that it may still write, where the client has set a limit. */
  tokensLeft: number | undefined;
  /** Whether it may search again. */
  isSearchOffered: boolean;
}

/** The request that lets the model go on from what it has found. */
export function nextRequest(request: TurnRequest, tool: Tool, progress: Progress): TurnRequest {
  const { conversation } = request;
  const { messages, inputTokens, tokensLeft, isSearchOffered } = progress;
  return {
    ...request,
    inputTokens,
    conversation: {
      ...(isSearchOffered ? conversation : withoutTool(conversation, tool)),
      messages: [...conversation.messages, ...messages],
      // A call that was demanded has been made.
      toolChoice: { type: "auto" },
      settings: limited(conversation.settings, tokensLeft),
    },
  };
}

export const withoutTool = (conversation: Conversation, tool: Tool): Conversation => ({
  ...conversation,
  tools: conversation.tools.filter((other) => other !== tool),
});

const limited = (settings: Settings, maxTokens: number | undefined): Settings =>
  maxTokens === undefined ? settings : { ...settings, maxTokens };
