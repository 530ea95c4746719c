import { type SimulatorOptions, withDefaults } from "./options.ts";
import { randomUuid } from "./random.ts";
import type { ScriptedAnswer, ScriptedHttpAnswer, ScriptedTokenAnswer } from "./script.ts";
import { type Call, identify, readCall } from "./service/call.ts";
import { deliver } from "./service/deliver.ts";
import { createLedger } from "./service/ledger.ts";
import { createOidc } from "./service/oidc.ts";
import { createOperations, invalidToken, unknownOperation } from "./service/operations.ts";
import { openOperations } from "./service/routes.ts";
import { createTokens } from "./service/tokens.ts";
import { type Violation, validateRequest } from "./validate.ts";

export type { SimulatorOptions } from "./options.ts";

export interface ReceivedRequest {
  method: string;
  path: string;
  query: string;
  headers: Readonly<Record<string, string>>;
  /** The JSON, or the text when it is none, or undefined without a body. */
  body: unknown;
  /** Empty but for inference. */
  violations: readonly Violation[];
}

/** A small Amazon Q in this process. */
export interface Simulator {
  /** Serves one HTTP request of any of the service's hosts; rejects only when the request is aborted first. */
  fetch(request: Request): Promise<Response>;
  /** The latest requests, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Answers in wait for the next valid inference requests, one each; when there are none, the persona answers. */
  script(...answers: readonly ScriptedAnswer[]): void;
  /** Answers in wait for the next token requests, one each. */
  scriptToken(...answers: readonly ScriptedTokenAnswer[]): void;
  /** Answers in wait for the next calls of the service's own tools, such as its search of the web, one each. */
  scriptSearch(...answers: readonly ScriptedHttpAnswer[]): void;
  /** Requests whose answer has not ended. */
  openRequests(): number;
}

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const settings = withDefaults(options);
  const { clock, random, models, level } = settings;
  const requests: ReceivedRequest[] = [];
  const scripts: ScriptedAnswer[] = [];
  const tokenScripts: ScriptedTokenAnswer[] = [];
  const searchScripts: ScriptedHttpAnswer[] = [];
  const ledger = createLedger();
  const tokens = createTokens(settings);
  const oidc = createOidc({ ...settings, tokens, nextScripted: () => tokenScripts.shift() });
  const operations = createOperations({
    ...settings,
    oidc,
    ledger,
    nextScripted: () => scripts.shift(),
    nextSearch: () => searchScripts.shift(),
  });
  let open = 0;

  const judge = ({ operation, body, bodyBytes }: Call): readonly Violation[] => {
    if (operation !== "generate" || level === "off") return [];
    return validateRequest(body, { level, models, bodyBytes, isOwnReasoning: ledger.isOwnReasoning });
  };

  const answer = (call: Call, violations: readonly Violation[]): ScriptedAnswer => {
    if (!call.operation) return unknownOperation;
    if (!openOperations.has(call.operation) && !tokens.accepts(call.bearer)) return invalidToken;
    return operations[call.operation](call, violations);
  };

  return {
    requests,
    script: (...answers) => scripts.push(...answers),
    scriptToken: (...answers) => tokenScripts.push(...answers),
    scriptSearch: (...answers) => searchScripts.push(...answers),
    openRequests: () => open,
    async fetch(request) {
      const call = await readCall(request);
      const violations = judge(call);
      requests.push(record(request, call, violations));
      if (requests.length > settings.keepRequests) requests.shift();
      const { modelId, conversationId } = identify(call);
      open++;
      return deliver(answer(call, violations), {
        form: call.form,
        conversationId: conversationId || randomUuid(random),
        requestId: randomUuid(random),
        clock,
        signal: request.signal,
        onStep: ledger.open(modelId, conversationId),
        onEnd: () => open--,
      });
    },
  };
}

const record = (
  { method, headers }: Request,
  { url, body }: Call,
  violations: readonly Violation[],
): ReceivedRequest => ({
  method,
  path: url.pathname,
  query: url.search,
  headers: Object.fromEntries(headers),
  body,
  violations,
});
