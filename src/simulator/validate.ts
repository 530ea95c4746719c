import { envelopeRules } from "./rules/envelope.ts";
import { mediaRules } from "./rules/media.ts";
import { pairingRules } from "./rules/pairing.ts";
import { reasoningRules } from "./rules/reasoning.ts";
import { type Level, levels, type Rule, type Violation } from "./rules/rule.ts";
import { textRules } from "./rules/text.ts";
import { toolRules } from "./rules/tools.ts";
import { turnRules } from "./rules/turns.ts";
import { type ViewOptions, viewRequest } from "./rules/view.ts";

export type { Level, Violation } from "./rules/rule.ts";

export interface ValidationOptions extends ViewOptions {
  level: Level;
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

/** What the service would refuse in the body of GenerateAssistantResponse; empty when it would accept it. */
export function validateRequest(body: unknown, options: ValidationOptions): readonly Violation[] {
  const request = viewRequest(body, options);
  const violations: Violation[] = [];
  for (const { name, level, check } of rules) {
    if (levels.indexOf(level) > levels.indexOf(options.level)) continue;
    check(request, (path, message) => violations.push({ rule: name, path, message }));
  }
  return violations;
}
