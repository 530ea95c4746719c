import { BridgeError } from "../../errors.ts";
import type { JsonObject } from "../../json.ts";
import type { Conversation } from "../../turn/conversation.ts";
import type { ServiceModel } from "../models/service-model.ts";
import type { GenerateAssistantResponseRequest, HistoryEntry, ToolEntry, UserInputMessage } from "../wire.ts";
import { limitCacheMarks } from "./cache-points.ts";
import { nameDocuments } from "./documents.ts";
import { type EntryContext, turnEntries } from "./entries.ts";
import { foldedEntries } from "./fold.ts";
import { instructionTurns } from "./instructions.ts";
import { limits } from "./limits.ts";
import { admitMedia } from "./media.ts";
import { modelFields } from "./model-fields.ts";
import { replayedReasoning } from "./replay.ts";
import { createInliner } from "./schema-references.ts";
import { calledNames, changedNames, nameTools } from "./tool-names.ts";
import { carriedTools, toolEntry } from "./tools.ts";
import { type SentTurn, sentTurns } from "./turns.ts";
import { flattenTools } from "./words.ts";
import { isWrapped } from "./wrapped-arguments.ts";

export interface RequestContext {
  model: ServiceModel;
  /** 1 to 128 characters, the same for all requests of a conversation (R2). */
  conversationId: string;
  profileArn: string | undefined;
  /** What the second attempt does without, after the service refused the first. */
  repair?: Repair | undefined;
}

export type Repair =
  /** Tool calls and results become text (contract 5.8); the tools themselves stay on offer. */
  | "flatten-tools"
  /** No reasoning is sent back, not even signed (error E13). */
  | "drop-reasoning"
  /** Tool schemas lose the keywords that have been blamed for refusals (error E10). */
  | "prune-schemas"
  /** Calls become text and schemas lose keywords, for a refusal that does not say what it is about (error E1). */
  | "simplify-tools";

export interface BuiltRequest {
  body: GenerateAssistantResponseRequest;
  /** The client's names of tools by the names that are sent, where the two differ. */
  toolNames: ReadonlyMap<string, string>;
}

/**
 * The request to Amazon Q for a conversation. Whatever the conversation is like, the request satisfies the service's
 * rules, numbered R1 to R55 throughout this folder. Throws `invalid-request` or `too-large` for media in the
 * last message that the service would refuse.
 */
export function buildRequest(conversation: Conversation, context: RequestContext): BuiltRequest {
  const { model, repair } = context;
  const paired = sentTurns(nameDocuments(admitMedia(conversation.messages, model)));
  const sentNames = nameTools([...conversation.tools.map((tool) => tool.name), ...calledNames(paired)]);
  const isFlat = repair === "flatten-tools" || repair === "simplify-tools";
  const isPruned = repair === "prune-schemas" || repair === "simplify-tools";
  const turns = isFlat ? flattenTools(paired, sentNames) : paired;

  const tools = carriedTools(conversation, calledNames(turns));
  const instructions = instructionTurns(conversation, model, tools, sentNames);
  const toolContext = { sentNames, inline: createInliner(), pruneSchemas: isPruned };
  const toolEntries = tools.map((tool) => toolEntry(tool, toolContext));
  const entries = allEntries(instructions, turns, { sentNames, wrapped: wrappedTools(toolEntries) }, context);
  const fields = modelFields(conversation.settings, model.fields, thinksUnaided(entries));
  return { body: requestBody(entries, toolEntries, fields, context), toolNames: changedNames(sentNames) };
}

function allEntries(
  instructions: readonly SentTurn[],
  turns: readonly SentTurn[],
  tools: Pick<EntryContext, "sentNames" | "wrapped">,
  context: RequestContext,
): HistoryEntry[] {
  const { model, conversationId, repair } = context;
  const scope = { modelId: model.id, conversationId };
  const encode = (turn: SentTurn) =>
    turnEntries(turn, {
      ...tools,
      reasoningOf: ({ parts }) => (repair === "drop-reasoning" ? undefined : replayedReasoning(parts, scope)),
    });
  const marked = limitCacheMarks(instructions, turns, model.maxCacheMarks);
  const opening = marked.instructions.flatMap(encode);
  // The last entry does not belong to the history.
  const room = limits.historyEntries + 1 - opening.length;
  return [...opening, ...foldedEntries(marked.turns, encode, tools.sentNames, room)];
}

const wrappedTools = (tools: readonly ToolEntry[]): ReadonlySet<string> =>
  new Set(
    tools
      .filter(({ toolSpecification: { inputSchema } }) => isWrapped(inputSchema.json))
      .map(({ toolSpecification: { name } }) => name),
  );

/** Whether the last entry has results for the calls of an answer that is sent without its reasoning. */
function thinksUnaided(entries: readonly HistoryEntry[]): boolean {
  const last = entries.at(-1);
  const answer = entries.at(-2);
  if (!last || !("userInputMessage" in last) || !last.userInputMessage.userInputMessageContext) return false;
  return (
    !answer || !("assistantResponseMessage" in answer) || !answer.assistantResponseMessage.reasoningContent
  );
}

function requestBody(
  entries: readonly HistoryEntry[],
  tools: ToolEntry[],
  fields: JsonObject | undefined,
  { conversationId, model, profileArn }: RequestContext,
): GenerateAssistantResponseRequest {
  const history = entries.slice(0, -1);
  return {
    conversationState: {
      conversationId,
      chatTriggerType: "MANUAL", // R1
      currentMessage: { userInputMessage: currentMessage(entries.at(-1), model.id, tools) }, // R7
      ...(history.length > 0 && { history }),
    },
    ...(profileArn && { profileArn }), // R4
    ...(fields && { additionalModelRequestFields: fields }),
  };
}

/** R5, R22: only the last message names the model and the tools. */
function currentMessage(
  last: HistoryEntry | undefined,
  modelId: string,
  tools: ToolEntry[],
): UserInputMessage {
  if (!last || !("userInputMessage" in last)) {
    throw new BridgeError("internal", "A request was built that does not end with a user message.");
  }
  const { userInputMessageContext, ...message } = last.userInputMessage;
  const context = { ...userInputMessageContext, ...(tools.length > 0 && { tools }) };
  return {
    ...message,
    modelId,
    ...(Object.keys(context).length > 0 && { userInputMessageContext: context }),
  };
}
