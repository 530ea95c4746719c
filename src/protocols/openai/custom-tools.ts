import { type JsonObject, parseJsonObject } from "../../json.ts";
import type { Tool } from "../../turn/conversation.ts";

interface FunctionDefinition {
  name: string;
  description?: string | null;
  parameters?: unknown;
}

export const functionTool = ({ name, description, parameters }: FunctionDefinition): Tool => ({
  name,
  description: description ?? "",
  inputSchema: parameters ?? {},
});

/** A custom tool takes one text, which a function can carry as an argument. */
const carrier = "input";

interface CustomTool {
  name: string;
  description?: string | null;
  /** A grammar, say: nothing here can hold the model to it, but the model can read it. */
  format?: unknown;
}

/** The function that stands for a custom tool, as models know only functions. */
export function customTool({ name, description, format }: CustomTool): Tool {
  const grammar = format ? `\nThe text must have this format: ${JSON.stringify(format)}` : "";
  return {
    name,
    description: `${description ?? ""}${grammar}`,
    inputSchema: { type: "object", properties: { [carrier]: { type: "string" } }, required: [carrier] },
  };
}

/** The text in a call of such a function; arguments in any other form are the text themselves. */
export function customText(json: string): string {
  const text = parseJsonObject(json)?.[carrier];
  return typeof text === "string" ? text : json;
}

/** The arguments of a call that carries the text. */
export const customArguments = (text: string): JsonObject => ({ [carrier]: text });

/** As `argumentsIn`, for a call that a client repeats in the form of a function's, as Cursor does. */
export const customArgumentsIn = (text: string | null | undefined): JsonObject =>
  customArguments(customText(text ?? ""));
