import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type Effort, efforts, type ReasoningSetting, type Settings } from "../../turn/conversation.ts";

/**
 * R6: what the client set, in the fields that the model's own schema lists and with the values it allows; undefined
 * when nothing is left. `thinksUnaided` means that a tool loop goes on without the reasoning that began it.
 */
export function modelFields(
  { reasoning = {}, maxTokens }: Settings,
  schema: JsonObject | undefined,
  thinksUnaided: boolean,
): JsonObject | undefined {
  const asked = askedEffort(reasoning);
  const fields = fitted(
    {
      thinking: { type: thinkingType(reasoning, thinksUnaided), display: thinkingDisplay(reasoning) },
      // High is Claude's default; sending it keeps thinking on where the type must not be sent.
      output_config: { effort: asked ?? (reasoning.enabled ? "high" : undefined) },
      // GPT has no switch for thinking: the lowest effort comes closest.
      reasoning: { effort: reasoning.enabled === false ? "none" : asked },
      // A limit below the minimum is enforced by the bridge on the answer.
      max_tokens: maxTokens,
    },
    schema,
  );
  return isJsonObject(fields) ? fields : undefined;
}

/** Whether a model has any setting for its thinking. */
export const takesReasoning = (schema: JsonObject | undefined): boolean =>
  ["thinking", "output_config", "reasoning"].some((name) => memberSchema(schema, name) !== undefined);

/** Whether the model itself ends its answer at this many tokens; below its minimum the bridge has to. */
export function keepsOutputLimit(schema: JsonObject | undefined, maxTokens: number): boolean {
  const limit = memberSchema(schema, "max_tokens");
  return isJsonObject(limit) && fittedNumber(maxTokens, limit) <= maxTokens;
}

/**
 * `adaptive` was seen to end all thinking in a tool loop unless the loop's signed reasoning is sent along, while an
 * effort alone kept it (contract 2.5, tsin 12). Many clients keep no signatures; for them only the effort is sent.
 */
function thinkingType({ enabled }: ReasoningSetting, thinksUnaided: boolean): string | undefined {
  if (enabled === undefined) return undefined;
  if (!enabled) return "disabled";
  return thinksUnaided ? undefined : "adaptive";
}

const thinkingDisplay = ({ enabled, shown }: ReasoningSetting): string | undefined =>
  shown === undefined || enabled === false ? undefined : shown ? "summarized" : "omitted";

const askedEffort = ({ effort, budgetTokens }: ReasoningSetting): Effort | undefined =>
  effort ?? (budgetTokens === undefined ? undefined : effortOf(budgetTokens));

/** Maps budgets as another client of the service does, since the service cannot limit thinking by tokens. */
function effortOf(budgetTokens: number): Effort {
  if (budgetTokens <= 10_000) return "low";
  if (budgetTokens <= 20_000) return "medium";
  return budgetTokens <= 28_000 ? "high" : "max";
}

function fitted(value: JsonValue | undefined, schema: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || !isJsonObject(schema)) return undefined;
  if (isJsonObject(value)) return fittedObject(value, schema);
  if (typeof value === "number") return fittedNumber(value, schema);
  const choices = schema["enum"];
  return typeof value === "string" && Array.isArray(choices) ? fittedChoice(value, choices) : undefined;
}

function fittedObject(value: JsonObject, schema: JsonObject): JsonObject | undefined {
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = fitted(member, memberSchema(schema, name));
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

function fittedNumber(value: number, { minimum, maximum }: JsonObject): number {
  const least = typeof minimum === "number" ? Math.max(value, minimum) : value;
  return typeof maximum === "number" ? Math.min(least, maximum) : least;
}

const scale: readonly string[] = ["none", "minimal", ...efforts];

/** A choice that is not listed is replaced by the next stronger one of the scale, else by the strongest. */
function fittedChoice(value: string, choices: readonly JsonValue[]): string | undefined {
  if (choices.includes(value)) return value;
  const wanted = scale.indexOf(value);
  if (wanted === -1) return undefined;
  const listed = (choice: string) => choices.includes(choice);
  return scale.slice(wanted).find(listed) ?? scale.findLast(listed);
}

function memberSchema(schema: JsonObject | undefined, name: string): JsonValue | undefined {
  const properties = schema?.["properties"];
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
