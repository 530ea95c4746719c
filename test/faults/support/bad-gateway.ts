import { expect } from "bun:test";
import { forms } from "./forms.ts";
import type { Rig } from "./rig.ts";

/** What a client is told when the service cannot be had, by openai's code. */
export const badGateway = (code: string, level: "warn" | "error" = "error") => ({
  status: 502,
  shouldRetry: "false",
  stopReason: undefined,
  code,
  level,
});

/** The outcome in every form is this failure, after so many requests. */
export async function expectFailure(
  rig: Rig,
  { status, shouldRetry, code, level }: ReturnType<typeof badGateway>,
  prepare: () => void,
  hits: number,
) {
  for (const form of forms) {
    prepare();
    const before = rig.hits();
    const outcome = await rig.ask(form);
    expect(outcome).toMatchObject({ status, shouldRetry, stopReason: undefined });
    if (form.protocol === "openai") expect(outcome.failure?.code).toBe(code);
    else expect(outcome.failure?.type).toBe("api_error");
    expect(rig.hits() - before).toBe(hits);
    expect(rig.endOf(outcome)).toMatch(
      new RegExp(`^\\S+ ${level} .* end=error .*class=(protocol|unreachable) `),
    );
  }
}
