import { asText } from "../narrow.ts";
import type { Settings } from "../options.ts";
import { perform } from "../persona.ts";
import type { ScriptedAnswer, ScriptedHttpAnswer } from "../script.ts";
import type { Violation } from "../validate.ts";
import { listModels, listProfiles, usageLimits } from "./account.ts";
import { accessDenied, exceptionAnswer, invalid } from "./answers.ts";
import type { Call } from "./call.ts";
import type { Ledger } from "./ledger.ts";
import { answerMcp } from "./mcp.ts";
import type { Oidc } from "./oidc.ts";
import { refuseViolations } from "./refusals.ts";
import type { OperationName } from "./routes.ts";

interface OperationsOptions extends Settings {
  oidc: Oidc;
  ledger: Ledger;
  nextScripted: () => ScriptedAnswer | undefined;
  nextSearch: () => ScriptedHttpAnswer | undefined;
}

type Answering = (call: Call, violations: readonly Violation[]) => ScriptedAnswer;

/** What each operation answers to a caller who may call it. */
export function createOperations(options: OperationsOptions): Readonly<Record<OperationName, Answering>> {
  const { clock, random, models, profileArn, paceMs, oidc, ledger } = options;
  return {
    generate: (call, violations) =>
      refuseForm(call, options.requireProfileArn) ??
      refuseViolations(violations) ??
      options.nextScripted() ?? { events: perform(call.json, { paceMs, random }) },
    listModels: ({ parameter }) => listModels(models, parameter),
    listProfiles: () => listProfiles(profileArn),
    usageLimits: () => usageLimits(ledger.creditsUsed(), clock.now()),
    mcp: (call) => options.nextSearch() ?? answerMcp(call, options),
    register: ({ json }) => oidc.register(json),
    authorizeDevice: ({ json }) => oidc.authorizeDevice(json),
    token: ({ json }) => oidc.token(json),
    refreshSocial: ({ json }) => oidc.refreshSocial(json),
  };
}

export const invalidToken: ScriptedAnswer = accessDenied(
  "The bearer token included in the request is invalid.",
);

export const unknownOperation: ScriptedAnswer = exceptionAnswer({
  status: 404,
  type: "UnknownOperationException",
  message: "The operation is not known.",
});

function refuseForm({ body, json }: Call, requireProfileArn: boolean): ScriptedAnswer | undefined {
  if (typeof body === "string")
    return invalid("The request body could not be parsed as JSON.", "REQUEST_BODY_INVALID_JSON");
  if (requireProfileArn && asText(json["profileArn"]) === "")
    return invalid("profileArn is required for this request.");
  return undefined;
}
