import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import { startBridge } from "../../support/bridge.ts";
import { partOfCases, timeFor } from "../../support/cases.ts";
import { type Answer, brokenAnswers, cutAnswers, endedAnswers, wholeAnswers } from "../answers.ts";
import { type FoldedResponse, readResponseStream } from "./grammar.ts";

const bridge = startBridge();
afterAll(bridge.stop);

function ask({ script }: Answer, stream: boolean): Promise<Response> {
  bridge.simulator.script(script);
  return fetch(`${bridge.url}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-sonnet-4.5", input: "Hello", stream, store: false }),
  });
}

/** Undefined for a failure that had a status of its own. */
async function streamed(answer: Answer): Promise<FoldedResponse | undefined> {
  const response = await ask(answer, true);
  if (response.ok) return readResponseStream(await response.bytes());
  expect(response.headers.get("content-type")).toStartWith("application/json");
  return undefined;
}

/** Without what differs from answer to answer. */
const plain = (output: unknown) =>
  JSON.parse(JSON.stringify(output).replaceAll(/"(rs|msg|fc)_[0-9a-f-]+_/g, '"$1_'));

/** What was heard of a broken answer is a beginning of what was said. */
function expectBeginning(answer: Answer, heard: FoldedResponse): void {
  expect(answer.text).toStartWith(heard.text);
  expect(answer.reasoning).toStartWith(heard.reasoning);
  expect(answer.calls.slice(0, heard.calls.length)).toEqual(heard.calls);
}

const law = (name: string, property: fc.IAsyncProperty<[Answer]>) =>
  test(name, () => fc.assert(property, partOfCases(4)), timeFor());

law(
  "property 4: every whole answer of the service is a sentence of the grammar that says just what the service said",
  fc.asyncProperty(wholeAnswers(), async (answer) => {
    const { text, reasoning, calls } = answer;
    const folded = await streamed(answer);
    if (!folded) throw new Error("not streamed");
    expect(folded).toMatchObject({ text, reasoning, calls });
    expect(folded.response.status).toBeOneOf(["completed", "incomplete"]);
    expect(folded.response.usage?.total_tokens).toBeGreaterThan(0);
    const { status, incomplete_details, output } = folded.response;
    expect(plain(await (await ask(answer, false)).json())).toMatchObject({
      status,
      incomplete_details,
      output: plain(output),
    });
  }),
);

law(
  "property 5: an answer cut by length inside a call is incomplete, with the call as far as it came",
  fc.asyncProperty(cutAnswers(), async (answer) => {
    const { text, calls } = answer;
    const folded = await streamed(answer);
    expect(folded).toMatchObject({
      text,
      calls,
      response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    });
    expect(folded?.response.output.at(-1)).toMatchObject({ type: "function_call", status: "incomplete" });
  }),
);

law(
  "property 4: an answer that breaks anywhere never ends as a success, and nothing is heard that was not said",
  fc.asyncProperty(brokenAnswers(), async (answer) => {
    const folded = await streamed(answer);
    if (folded) {
      expect(folded.response).toMatchObject({
        status: "failed",
        error: { message: expect.stringMatching(/\w/) },
      });
      expectBeginning(answer, folded);
    }
    expect((await ask(answer, false)).ok).toBe(false);
  }),
);

law(
  "property 4: an answer whose connection ends cleanly is the same thing streamed and whole",
  fc.asyncProperty(endedAnswers(), async (answer) => {
    const folded = await streamed(answer);
    const whole = await ask(answer, false);
    expect(whole.ok).toBe(folded !== undefined && folded.response.status !== "failed");
    if (folded?.response.status === "failed") expectBeginning(answer, folded);
  }),
);
