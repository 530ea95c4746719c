import { catalogue } from "../../../src/simulator/models.ts";
import { readPlan } from "../plan.ts";
import { createAnswers } from "./answers.ts";
import { jsonAnswer } from "./http.ts";
import type { Account } from "./login.ts";
import type { Received } from "./requests.ts";
import type { Wire } from "./wire.ts";

/** A client's connection. */
export interface Visitor {
  wire: Wire;
  /** Whether it is being answered. */
  isBusy: boolean;
  /** Ends what is still to be said to it. */
  giveUp: () => void;
}

export interface Routes {
  serve(request: Received, visitor: Visitor): void;
  /** Requests for answers so far, refused ones among them. */
  requests(): number;
  delayOidc(ms: number): void;
}

const invalidToken = jsonAnswer(403, {
  __type: "AccessDeniedException",
  message: "The bearer token included in the request is invalid.",
});
const models = jsonAnswer(200, { models: catalogue, defaultModel: catalogue[0], nextToken: null });
const unknown = jsonAnswer(404, { __type: "UnknownOperationException" });
/** For requests without a plan. */
const shortAnswer = { events: 10 };

export function createRoutes(account: Account): Routes {
  const answer = createAnswers();
  let requests = 0;
  let oidcDelayMs = 0;

  const generate = (request: Received, visitor: Visitor) => {
    requests++;
    if (!account.accepts(request.bearer)) return visitor.wire.push(invalidToken);
    visitor.isBusy = true;
    visitor.giveUp = answer(readPlan(request.text) ?? shortAnswer, visitor.wire, () => {
      visitor.isBusy = false;
    });
  };

  const redeem = ({ text }: Received, { wire }: Visitor) => {
    setTimeout(() => {
      const { status, body } = account.redeem(text);
      wire.push(jsonAnswer(status, body));
    }, oidcDelayMs);
  };

  return {
    serve(request, visitor) {
      if (request.path === "/generateAssistantResponse") return generate(request, visitor);
      if (request.path === "/token") return redeem(request, visitor);
      visitor.wire.push(request.path === "/ListAvailableModels" ? models : unknown);
    },
    requests: () => requests,
    delayOidc(ms) {
      oidcDelayMs = ms;
    },
  };
}
