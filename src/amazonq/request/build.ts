import { BridgeError } from "../../errors.ts";
import type { Conversation } from "../../turn/conversation.ts";
import { alternate } from "../../turn/normalize.ts";
import { pairToolResults } from "../../turn/pairing.ts";
import type { ServiceModel } from "../service-model.ts";
import type { GenerateAssistantResponseRequest, HistoryEntry, ToolEntry, UserInputMessage } from "../wire.ts";
import { closeEnds } from "./ends.ts";
import { turnEntries } from "./entries.ts";
import { distinctIdentifiers, legalIdentifier } from "./identifiers.ts";
import { instructionTurns } from "./instructions.ts";
import { admitMedia } from "./media.ts";
import { calledNames, changedNames, nameTools } from "./tool-names.ts";
import { carriedTools, toolEntry } from "./tools.ts";

export interface RequestContext {
  model: ServiceModel;
  /** 1 to 128 characters, the same for all requests of a conversation (R2). */
  conversationId: string;
  profileArn: string | undefined;
  origin: string;
}

export interface BuiltRequest {
  body: GenerateAssistantResponseRequest;
  /** The client's name of a tool by the name the service knows it by, where the two differ. */
  toolNames: ReadonlyMap<string, string>;
}

/**
 * What Amazon Q is asked for a conversation. Whatever the conversation is like, the request satisfies the service's
 * rules, which are numbered R1 to R55 throughout this folder. Throws `invalid-request` or `too-large` for media in the
 * last message that the service would refuse.
 */
export function buildRequest(conversation: Conversation, context: RequestContext): BuiltRequest {
  const messages = admitMedia(conversation.messages, context.model.acceptsImages);
  const turns = pairToolResults(closeEnds(alternate(messages)), distinctIdentifiers(legalIdentifier));

  const called = calledNames(turns);
  const sentNames = nameTools([...conversation.tools.map((tool) => tool.name), ...called]);
  const tools = carriedTools(conversation, called);

  const instructions = instructionTurns(conversation, tools, sentNames);
  const entries = turnEntries([...instructions, ...turns], context.origin, sentNames);
  const toolEntries = tools.map((tool) => toolEntry(tool, sentNames));
  return { body: requestBody(entries, toolEntries, context), toolNames: changedNames(sentNames) };
}

function requestBody(
  entries: readonly HistoryEntry[],
  tools: ToolEntry[],
  { conversationId, model, profileArn }: RequestContext,
): GenerateAssistantResponseRequest {
  const history = entries.slice(0, -1);
  return {
    conversationState: {
      conversationId,
      chatTriggerType: "MANUAL", // R1
      currentMessage: { userInputMessage: currentMessage(entries.at(-1), model.id, tools) },
      ...(history.length > 0 && { history }),
    },
    ...(profileArn && { profileArn }), // R4
  };
}

/** R22: the model and the tools stand on the last message alone. */
function currentMessage(
  last: HistoryEntry | undefined,
  modelId: string,
  tools: ToolEntry[],
): UserInputMessage {
  if (!last || !("userInputMessage" in last)) {
    throw new BridgeError("internal", "A request was built that does not end with the user.");
  }
  const { userInputMessageContext, ...message } = last.userInputMessage;
  const context = { ...userInputMessageContext, ...(tools.length > 0 && { tools }) };
  return {
    ...message,
    modelId,
    ...(Object.keys(context).length > 0 && { userInputMessageContext: context }),
  };
}
