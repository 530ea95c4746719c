import { expect } from "bun:test";
import type { Form, Outcome } from "./forms.ts";
import type { Rig } from "./rig.ts";

/** Fails unless the answer is one that nobody takes for complete, of which no more was told than was said. */
export function expectBroken(
  { endOf }: Pick<Rig, "endOf">,
  form: Form,
  outcome: Outcome,
  said: string,
  level: "warn" | "error" | "warn|error",
): void {
  expect(outcome.stopReason).toBeUndefined();
  expect(outcome.failure).toBeDefined();
  expect(said).toStartWith(outcome.text);
  if (!form.stream || outcome.status !== 200)
    expect(outcome).toMatchObject({ status: 502, text: "", shouldRetry: "false" });
  expect(endOf(outcome)).toMatch(
    new RegExp(`^\\S+ (${level}) .* end=error .* class=protocol code=upstream_protocol_error`),
  );
}
