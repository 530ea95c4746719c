import { isJsonObject, type JsonObject } from "../../json.ts";
import type { ModelDescription } from "../model-description.ts";
import { asObject, asObjects, asText } from "../narrow.ts";

/** A body as the rules look at it: every member has its type or is empty, so that each rule judges its own matter only. */
export interface RequestView extends ViewOptions {
  body: JsonObject;
  state: JsonObject;
  /** Undefined when the current message is not a user's. */
  current: Turn | undefined;
  history: readonly Turn[];
  /** History and then the current message. */
  turns: readonly Turn[];
  tools: readonly ToolView[];
  /** The model asked for, when the models are known and it is one of them. */
  model: ModelDescription | undefined;
}

/** A message; what only the other role's messages have is empty. */
export interface Turn {
  role: "user" | "assistant";
  path: string;
  message: JsonObject;
  content: string;
  images: readonly Item[];
  documents: readonly Item[];
  context: JsonObject;
  /** Results of tools. */
  results: readonly Item[];
  /** Uses of tools. */
  uses: readonly Item[];
}

/** An object in a list of the body. */
export interface Item {
  path: string;
  json: JsonObject;
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

export interface ViewOptions {
  /** What ListAvailableModels says; without it the rules that depend on the model are left out. */
  models?: readonly ModelDescription[];
  /** Size of the body as it travelled, in bytes; without it the size rule is left out. */
  bodyBytes?: number;
  /** Whether the service itself issued this signature for this text; without it any signature will do. */
  isOwnReasoning?: ReasoningCheck;
}

export function viewRequest(input: unknown, options: ViewOptions): RequestView {
  const body = asObject(input);
  const state = asObject(body["conversationState"]);
  const history = asObjects(state["history"]).flatMap((entry, index) =>
    viewEntry(entry, `conversationState.history[${index}]`),
  );
  const current = viewUser(asObject(state["currentMessage"]), "conversationState.currentMessage");
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

const viewEntry = (entry: JsonObject, path: string): Turn[] =>
  [viewUser(entry, path) ?? viewAssistant(entry, path)].filter((turn) => turn !== undefined);

function viewUser(entry: JsonObject, entryPath: string): Turn | undefined {
  const message = entry["userInputMessage"];
  if (!isJsonObject(message)) return undefined;
  const path = `${entryPath}.userInputMessage`;
  const context = asObject(message["userInputMessageContext"]);
  return {
    role: "user",
    path,
    message,
    content: asText(message["content"]),
    images: itemsOf(message["images"], `${path}.images`),
    documents: itemsOf(message["documents"], `${path}.documents`),
    context,
    results: itemsOf(context["toolResults"], `${path}.userInputMessageContext.toolResults`),
    uses: [],
  };
}

function viewAssistant(entry: JsonObject, entryPath: string): Turn | undefined {
  const message = entry["assistantResponseMessage"];
  if (!isJsonObject(message)) return undefined;
  const path = `${entryPath}.assistantResponseMessage`;
  return {
    role: "assistant",
    path,
    message,
    content: asText(message["content"]),
    images: [],
    documents: [],
    context: {},
    results: [],
    uses: itemsOf(message["toolUses"], `${path}.toolUses`),
  };
}

const itemsOf = (list: unknown, path: string): Item[] =>
  asObjects(list).map((json, index) => ({ path: `${path}[${index}]`, json }));

const viewTools = (current: Turn | undefined): ToolView[] =>
  itemsOf(current?.context["tools"], `${current?.path}.userInputMessageContext.tools`).flatMap(
    ({ path, json: { toolSpecification } }) => {
      if (!isJsonObject(toolSpecification)) return [];
      return [
        {
          path: `${path}.toolSpecification`,
          name: asText(toolSpecification["name"]),
          description: asText(toolSpecification["description"]),
          schema: asObject(toolSpecification["inputSchema"])["json"],
        },
      ];
    },
  );
