import type { ModelDescription } from "./model-description.ts";
import { envelopeRules } from "./rules/envelope.ts";
import { mediaRules } from "./rules/media.ts";
import { pairingRules } from "./rules/pairing.ts";
import { reasoningRules } from "./rules/reasoning.ts";
import { type Level, levels, type Rule, type Violation } from "./rules/rule.ts";
import { textRules } from "./rules/text.ts";
import { toolRules } from "./rules/tools.ts";
import { turnRules } from "./rules/turns.ts";
import { type ReasoningCheck, viewRequest } from "./rules/view.ts";

export type { Level, Violation } from "./rules/rule.ts";

export interface ValidationOptions {
  level: Level;
  /** What ListAvailableModels says; without it the rules that depend on the model are left out. */
  models?: readonly ModelDescription[];
  /** Size of the body as it travelled, in bytes; without it the size rule is left out. */
  bodyBytes?: number;
  /** Whether the service itself issued this signature for this text; without it any signature will do. */
  isOwnReasoning?: ReasoningCheck;
}

/** Every rule of the service that can be decided from a body, by subject. */
export const rules: readonly Rule[] = [
  ...envelopeRules,
  ...turnRules,
  ...textRules,
  ...toolRules,
  ...pairingRules,
  ...mediaRules,
  ...reasoningRules,
];

const upTo = (level: Level) => rules.filter((rule) => levels.indexOf(rule.level) <= levels.indexOf(level));

const rulesOfLevel: Readonly<Record<Level, readonly Rule[]>> = {
  model: upTo("model"),
  official: upTo("official"),
  strict: upTo("strict"),
  paranoid: upTo("paranoid"),
};

/** What the service would refuse in the body of GenerateAssistantResponse; empty when it would accept it. */
export function validateRequest(body: unknown, options: ValidationOptions): readonly Violation[] {
  const request = viewRequest(body, options);
  const violations: Violation[] = [];
  for (const { rule, check } of rulesOfLevel[options.level]) {
    check(request, (path, message) => violations.push({ rule, path, message }));
  }
  return violations;
}
