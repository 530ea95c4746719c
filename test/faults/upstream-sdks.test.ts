import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import {
  anthropicClient,
  chat,
  type Heard,
  hearChat,
  hearMessage,
  message,
  openaiClient,
} from "../clients/rig.ts";
import { type Answer, brokenAnswers, cutAnswers, wholeAnswers } from "../protocols/answers.ts";
import { startBridge } from "../support/bridge.ts";
import { cases, timeFor } from "../support/cases.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const openai = openaiClient(bridge);
const anthropic = anthropicClient(bridge);

interface Case {
  answer: Answer;
  isComplete: boolean;
}
const completely = (answer: Answer): Case => ({ answer, isComplete: true });
const answers = fc.oneof(
  wholeAnswers().map(completely),
  cutAnswers().map(completely),
  brokenAnswers().map((answer): Case => ({ answer, isComplete: false })),
);

test(
  "property 4: either vendor's own client throws for what breaks, and for nothing else",
  async () => {
    const listen: readonly (() => Promise<Heard>)[] = [
      () => hearChat(openai, chat),
      () => hearMessage(anthropic, message),
    ];
    const property = fc.asyncProperty(
      answers,
      fc.constantFrom(...listen),
      async ({ answer, isComplete }, hear) => {
        bridge.simulator.script(answer.script);
        const { deltas, successes, failure } = await hear();
        expect({ hasSucceeded: successes.length > 0, hasFailed: failure !== undefined }).toEqual({
          hasSucceeded: isComplete,
          hasFailed: !isComplete,
        });
        const said = answer.text.toWellFormed();
        const heard = deltas.join("").toWellFormed();
        if (isComplete) expect(heard).toBe(said);
        else expect(said).toStartWith(heard.replace(/\ufffd$/, ""));
      },
    );
    await fc.assert(property, cases);
  },
  timeFor(),
);
