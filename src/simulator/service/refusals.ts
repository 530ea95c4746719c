import type { RuleName, Violation } from "../rules/rule.ts";
import type { ScriptedHttpAnswer } from "../script.ts";
import { invalid } from "./answers.ts";

interface Refusal {
  reason: string;
  message?: string;
  /** Older servers name this reason too, where they leave the others null. */
  always?: boolean;
}

const refusals: Readonly<Record<RuleName, Refusal>> = {
  R2: { reason: "INVALID_CONVERSATION_ID", always: true },
  R5: {
    reason: "INVALID_MODEL_ID",
    message: "Invalid model. Please select a different model to continue.",
    always: true,
  },
  R25: { reason: "TOOL_DUPLICATE" },
  R28: { reason: "TOOL_SCHEMA_INVALID" },
  R29: { reason: "TOOL_SCHEMA_INVALID" },
  R33: { reason: "TOOL_CONFIG_MISSING" },
  R38: { reason: "TOOL_USE_RESULT_MISMATCH" },
  R39: { reason: "TOOL_USE_RESULT_MISMATCH" },
  R40: { reason: "TOOL_USE_RESULT_MISMATCH" },
  R44: { reason: "IMAGE_SIZE_EXCEEDED" },
  R45: { reason: "IMAGE_DIMENSION_EXCEEDED" },
  R46: { reason: "IMAGE_COUNT_EXCEEDED" },
  R47: { reason: "IMAGE_MIME_MISMATCH" },
  R49: {
    reason: "REQUEST_BODY_INVALID",
    message:
      "This model doesn't support the image content block that you provided. Please select a different model.",
  },
  R50: { reason: "DOCUMENT_DUPLICATE_NAME" },
  R52: { reason: "THINKING_SIGNATURE_INVALID" },
  R53: { reason: "THINKING_SIGNATURE_INVALID" },
};

/** The service names no rule and judges by the first one; which ones were broken stands in a header of our own. */
export function refuseViolations(
  violations: readonly Violation[],
  modernReasons: boolean,
): ScriptedHttpAnswer | undefined {
  const [first] = violations;
  if (!first) return undefined;
  const { reason, message, always }: Refusal = refusals[first.rule] ?? { reason: "REQUEST_BODY_INVALID" };
  return {
    ...invalid(message ?? "Improperly formed request.", always || modernReasons ? reason : null),
    headers: { "x-sim-violations": [...new Set(violations.map(({ rule }) => rule))].join(",") },
  };
}
