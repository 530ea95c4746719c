import type { RuleName, Violation } from "../rules/rule.ts";
import type { ScriptedHttpAnswer } from "../script.ts";
import { invalid } from "./answers.ts";

/** What is said of a broken rule, where it is more than nothing. */
const refusals: Readonly<Record<RuleName, { message?: string; reason?: string }>> = {
  R2: { reason: "INVALID_CONVERSATION_ID" },
  R5: {
    message: "Invalid model. Please select a different model to continue.",
    reason: "INVALID_MODEL_ID",
  },
  R49: {
    message:
      "This model doesn't support the image content block that you provided. Please select a different model.",
  },
};

/** The service names no rule and judges by the first one; which ones were broken stands in a header of our own. */
export function refuseViolations(violations: readonly Violation[]): ScriptedHttpAnswer | undefined {
  const [first] = violations;
  if (!first) return undefined;
  const { message = "Improperly formed request.", reason } = refusals[first.rule] ?? {};
  return {
    ...invalid(message, reason),
    headers: { "x-sim-violations": [...new Set(violations.map(({ rule }) => rule))].join(",") },
  };
}
