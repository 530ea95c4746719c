import { isJsonObject, type JsonObject } from "../../json.ts";
import type { ModelDescription } from "../model-description.ts";
import { asObject, asObjects, asText } from "../narrow.ts";

/** A body as the rules look at it: every member has its type or is empty, so that each rule judges its own matter only. */
export interface RequestView extends ViewOptions {
  body: JsonObject;
  state: JsonObject;
  /** Undefined when the current message is not a user's. */
  current: UserTurn | undefined;
  history: readonly Turn[];
  /** History and then the current message. */
  turns: readonly Turn[];
  tools: readonly ToolView[];
  /** The model asked for, when the models are known and it is one of them. */
  model: ModelDescription | undefined;
}

export type Turn = UserTurn | AssistantTurn;

export interface UserTurn {
  role: "user";
  path: string;
  message: JsonObject;
  content: string;
  images: readonly JsonObject[];
  documents: readonly JsonObject[];
  context: JsonObject;
  results: readonly JsonObject[];
}

export interface AssistantTurn {
  role: "assistant";
  path: string;
  message: JsonObject;
  content: string;
  uses: readonly JsonObject[];
}

export interface ToolView {
  path: string;
  name: string;
  description: string;
  schema: unknown;
}

export type ReasoningCheck = (reasoning: {
  text: string;
  signature: string;
  modelId: string;
  conversationId: string;
}) => boolean;

interface ViewOptions {
  models?: readonly ModelDescription[];
  bodyBytes?: number;
  isOwnReasoning?: ReasoningCheck;
}

export function viewRequest(input: unknown, options: ViewOptions): RequestView {
  const body = asObject(input);
  const state = asObject(body["conversationState"]);
  const history = viewHistory(state["history"]);
  const current = viewCurrent(asObject(state["currentMessage"]));
  return {
    ...options,
    body,
    state,
    current,
    history,
    turns: current ? [...history, current] : history,
    tools: viewTools(current),
    model: options.models?.find(({ modelId }) => modelId === (current?.message["modelId"] ?? "auto")),
  };
}

function viewHistory(history: unknown): Turn[] {
  return asObjects(history).flatMap((entry, index): Turn[] => {
    const path = `conversationState.history[${index}]`;
    const user = entry["userInputMessage"];
    if (isJsonObject(user)) return [viewUser(user, `${path}.userInputMessage`)];
    const assistant = entry["assistantResponseMessage"];
    if (!isJsonObject(assistant)) return [];
    return [viewAssistant(assistant, `${path}.assistantResponseMessage`)];
  });
}

function viewCurrent(entry: JsonObject): UserTurn | undefined {
  const user = entry["userInputMessage"];
  return isJsonObject(user) ? viewUser(user, "conversationState.currentMessage.userInputMessage") : undefined;
}

function viewUser(message: JsonObject, path: string): UserTurn {
  const context = asObject(message["userInputMessageContext"]);
  return {
    role: "user",
    path,
    message,
    content: asText(message["content"]),
    images: asObjects(message["images"]),
    documents: asObjects(message["documents"]),
    context,
    results: asObjects(context["toolResults"]),
  };
}

const viewAssistant = (message: JsonObject, path: string): AssistantTurn => ({
  role: "assistant",
  path,
  message,
  content: asText(message["content"]),
  uses: asObjects(message["toolUses"]),
});

function viewTools(current: UserTurn | undefined): ToolView[] {
  return asObjects(current?.context["tools"]).flatMap((entry, index) => {
    const specification = entry["toolSpecification"];
    if (!isJsonObject(specification)) return [];
    return [
      {
        path: `${current?.path}.userInputMessageContext.tools[${index}].toolSpecification`,
        name: asText(specification["name"]),
        description: asText(specification["description"]),
        schema: asObject(specification["inputSchema"])["json"],
      },
    ];
  });
}
