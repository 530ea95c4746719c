import { afterAll, describe, expect, test } from "bun:test";
import type { Response, ResponseInput, ResponseInputItem } from "openai/resources/responses/responses";
import { startBridge } from "../support/bridge.ts";
import { ending, reasoning, stream, text, tool } from "../support/script.ts";
import { failureOf, latestRequest, openaiClient, saidAgain, weather } from "./rig.ts";

const bridge = startBridge();
afterAll(bridge.stop);
const { responses } = openaiClient(bridge);

const model = "claude-opus-4.6";
const question = { role: "user" as const, content: "What is the weather in Ulm?" };
const result = { type: "function_call_output" as const, call_id: "t1", output: "sunny" };
const ok = stream(text("ok"), ending("END_TURN"));

/** Refers to an item of an earlier answer, as the AI SDK does, or as short as the SDK's types allow. */
const referTo = ({ id = "" }: { id?: string | null }): ResponseInputItem => ({
  type: "item_reference",
  id: id ?? "",
});
const referShortly = ({ id = "" }: { id?: string | null }): ResponseInputItem => ({ id: id ?? "" });

const thoughtful = stream(
  reasoning(["Let me ", "think."], "c2lnbmF0dXJl"),
  text("I shall look."),
  tool("t1", "get_weather", '{"city":"Ulm"}'),
  ending("TOOL_USE"),
);

/** An answer with an item of each kind. */
async function answered(isStreamed = false): Promise<Response> {
  bridge.simulator.script(thoughtful);
  const asked = { model, input: [question], tools: [weather] };
  return isStreamed ? responses.stream(asked).finalResponse() : responses.create(asked);
}

async function sentFor(input: ResponseInput) {
  bridge.simulator.script(ok);
  await responses.create({ model, input, tools: [weather] });
  return latestRequest(bridge).body;
}

const wholeHistory = {
  conversationState: {
    history: [
      { userInputMessage: { content: question.content } },
      {
        assistantResponseMessage: {
          content: "I shall look.",
          reasoningContent: { reasoningText: { text: "Let me think.", signature: "c2lnbmF0dXJl" } },
          toolUses: [{ name: "get_weather", input: { city: "Ulm" } }],
        },
      },
    ],
    currentMessage: {
      userInputMessage: {
        userInputMessageContext: { toolResults: [{ content: [{ text: "sunny" }], status: "success" }] },
      },
    },
  },
};

describe("an item that is only referred to", () => {
  test.each([
    ["by type and id", referTo, false],
    ["by its id alone", referShortly, false],
    ["after a streamed answer", referTo, true],
  ])("is what the service is told: %s", async (_, refer, isStreamed) => {
    const { output } = await answered(isStreamed);
    expect(await sentFor([question, ...output.map(refer), result])).toMatchObject(wholeHistory);
  });

  test("counts once, as the AI SDK refers to a search twice", async () => {
    const { output } = await answered();
    const references = output.flatMap((item) => [referTo(item), referTo(item)]);
    const sent = await sentFor([question, ...references, result]);
    expect(sent).toMatchObject(wholeHistory);
    expect(JSON.stringify(sent).split("I shall look.")).toHaveLength(2);
  });

  test("can be of a response that was gone on from, and of one that this answer goes on from", async () => {
    const first = await answered();
    bridge.simulator.script(ok, ok);
    const second = await responses.create({ model, previous_response_id: first.id, input: [result] });
    await responses.create({
      model,
      previous_response_id: second.id,
      input: [...first.output, ...second.output].map(referTo).concat({ role: "user", content: "And now?" }),
    });
    const sent = JSON.stringify(latestRequest(bridge).body);
    expect(sent.split("I shall look.")).toHaveLength(2);
    expect(sent).toContain("And now?");
    expect(sent).not.toContain("item_reference");
  });

  test("and is not there is a failure in OpenAI's words", async () => {
    const input: ResponseInput = [question, { type: "item_reference", id: "msg_0" }, question];
    const failure = await failureOf(responses.create({ model, input }));
    expect(failure).toMatchObject({
      status: 404,
      type: "invalid_request_error",
      param: "input[1].id",
      message: expect.stringMatching(/Item with id 'msg_0' not found.* store: false/),
    });
  });

  test("is not there when its answer was not to be stored, or was deleted", async () => {
    bridge.simulator.script(ok);
    const unstored = await responses.create({ model, input: "Hi", store: false });
    const deleted = await answered();
    await responses.delete(deleted.id);
    for (const { output } of [unstored, deleted]) {
      const failure = await failureOf(responses.create({ model, input: output.map(referTo) }));
      expect(failure).toMatchObject({ status: 404, param: "input[0].id" });
    }
  });
});

test("thoughts that come back without their proof are those that are stored under their id", async () => {
  const { output } = await answered();
  expect(output[0]).not.toHaveProperty("encrypted_content");
  expect(await sentFor([question, ...saidAgain(output), result])).toMatchObject(wholeHistory);
});
