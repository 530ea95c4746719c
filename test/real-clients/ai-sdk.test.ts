import { describe, expect, test } from "bun:test";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { exception, stream, text } from "../support/script.ts";
import { type AiSdk, legacyProviders, loadAiSdk, providers, searchTools } from "./support/ai-sdk.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { describeClient } from "./support/installed.ts";
import { inOrder, say, thinkAndUse, use } from "./support/model.ts";

interface Given {
  sdk: AiSdk;
  model: unknown;
  bridge: Bridge;
}

const prompt = "What is the weather in Ulm?";
const sunny = say("It is sunny.");

/** How a model keeps to a schema: by the tool that the bridge offers it, or in prose. */
const forecast = { city: "Ulm", degrees: 21 };
const givesForecast = use(["t1", "final_answer", forecast]);
const saysForecast = say(JSON.stringify(forecast));

function forecastOf({ Output, jsonSchema }: AiSdk): unknown {
  const properties = { city: { type: "string" }, degrees: { type: "integer" } };
  const required = ["city", "degrees"];
  const schema = { type: "object", properties, required, additionalProperties: false };
  return Output.object({ schema: jsonSchema(schema) });
}

const callsTwice = thinkAndUse(["t1", "weather", { city: "Ulm" }], ["t2", "weather", { city: "Bonn" }]);

function weatherOf({ tool, jsonSchema, stepCountIs }: AiSdk) {
  const inputSchema = jsonSchema({
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
  });
  const weather = tool({
    description: "Tells the weather.",
    inputSchema,
    execute: async ({ city }) => `sunny in ${city}`,
  });
  return { tools: { weather }, stopWhen: stepCountIs(5) };
}

/** What the model is told of its calls once they are answered. */
const toldOfWeather = {
  history: [
    { userInputMessage: { content: prompt } },
    {
      assistantResponseMessage: {
        toolUses: [
          { name: "weather", input: { city: "Ulm" } },
          { name: "weather", input: { city: "Bonn" } },
        ],
      },
    },
  ],
  currentMessage: {
    userInputMessage: {
      userInputMessageContext: {
        toolResults: [{ content: [{ text: "sunny in Ulm" }] }, { content: [{ text: "sunny in Bonn" }] }],
      },
    },
  },
};

const signaturesIn = (body: unknown) => JSON.stringify(body).split('"signature":"c2lnbmF0dXJl"').length - 1;

const stepsWithWeather = [
  {
    finishReason: "tool-calls",
    toolResults: [
      expect.objectContaining({ output: "sunny in Ulm" }),
      expect.objectContaining({ output: "sunny in Bonn" }),
    ],
  },
  { finishReason: "stop", toolResults: [] },
];

describeClient("AI SDK", () => {
  describe.each(Object.entries(providers))("%s", (name, provider) => {
    /** Chat Completions has no place for them. */
    const carriesSignatures = name === "anthropic" || name === "openai, responses";
    const withModel =
      (answers: readonly ScriptedAnswer[], test: (given: Given) => Promise<void>) => (): Promise<void> =>
        withBridge(async (bridge) => {
          bridge.play(inOrder(...answers));
          await test({ sdk: await loadAiSdk(), model: await provider(bridge, "claude-opus-4-6"), bridge });
        });

    test(
      "reads text, whole and streamed, and what it has cost",
      withModel([sunny, sunny], async ({ sdk, model }) => {
        const usage = { inputTokens: expect.any(Number), outputTokens: expect.any(Number) };
        const whole = await sdk.generateText({ model, prompt });
        expect(whole).toMatchObject({ text: "It is sunny.", finishReason: "stop", warnings: [], usage });

        const streamed = sdk.streamText({ model, prompt });
        expect((await Array.fromAsync(streamed.textStream)).join("")).toBe("It is sunny.");
        expect(await streamed.finishReason).toBe("stop");
        expect(await streamed.usage).toMatchObject(usage);
      }),
    );

    test(
      "runs two tools at once and goes on, whole and streamed",
      withModel([callsTwice, sunny, callsTwice, sunny], async ({ sdk, model, bridge }) => {
        const asked = { model, prompt, ...weatherOf(sdk) };
        const whole = await sdk.generateText(asked);
        expect(whole).toMatchObject({ text: "It is sunny.", steps: stepsWithWeather });

        const streamed = sdk.streamText(asked);
        expect(await streamed.text).toBe("It is sunny.");
        expect(await streamed.steps).toMatchObject(stepsWithWeather);

        for (const request of [bridge.requests()[1], bridge.requests()[3]]) {
          expect(request?.body).toMatchObject({ conversationState: toldOfWeather });
          expect(signaturesIn(request?.body)).toBe(carriesSignatures ? 1 : 0);
        }
      }),
    );

    test(
      "tells the model what it has said before, whole and streamed",
      withModel([sunny, sunny, sunny, sunny], async ({ sdk, model, bridge }) => {
        const question = { role: "user", content: prompt };
        const again = { role: "user", content: "And tomorrow?" };
        const whole = await sdk.generateText({ model, prompt: [question] });
        await sdk.generateText({ model, prompt: [question, ...whole.response.messages, again] });

        const streamed = sdk.streamText({ model, prompt: [question] });
        const { messages } = await streamed.response;
        expect(await sdk.streamText({ model, prompt: [question, ...messages, again] }).text).toBe(
          "It is sunny.",
        );

        const said = [
          { userInputMessage: { content: prompt } },
          { assistantResponseMessage: { content: "It is sunny." } },
        ];
        for (const request of [bridge.requests()[1], bridge.requests()[3]]) {
          const currentMessage = { userInputMessage: { content: "And tomorrow?" } };
          expect(request?.body).toMatchObject({ conversationState: { history: said, currentMessage } });
        }
      }),
    );

    test.each([
      ["by the bridge's tool", givesForecast],
      ["in prose", saysForecast],
    ])("gets an object that keeps to a schema, whole and streamed: %s", (_, answer) =>
      withModel([answer, answer], async ({ sdk, model }) => {
        const asked = { model, prompt, output: forecastOf(sdk) };
        expect((await sdk.generateText(asked)).output).toEqual(forecast);

        const streamed = sdk.streamText(asked);
        expect((await Array.fromAsync(streamed.partialOutputStream)).at(-1)).toEqual(forecast);
        expect(await streamed.output).toEqual(forecast);
      })(),
    );

    test(
      "is told of an answer that breaks off",
      withModel(
        [stream(text("It is "), exception("internalServerException", "oh"))],
        async ({ sdk, model }) => {
          const errors: unknown[] = [];
          const streamed = sdk.streamText({ model, prompt, onError: ({ error }) => errors.push(error) });
          expect(await Array.fromAsync(streamed.textStream)).toEqual(["It is "]);
          expect(errors).toHaveLength(1);
          expect(await streamed.finishReason).toBe("error");
        },
      ),
    );
  });

  test.each(Object.entries(searchTools))("has the web searched, whole and streamed: %s", (name, searchTool) =>
    withBridge(async (bridge) => {
      const search = use(["t1", "web_search", { query: "Ulm" }]);
      bridge.play(inOrder(search, sunny, search, sunny));
      const sdk = await loadAiSdk();
      const model = await providers[name]?.(bridge, "claude-sonnet-4-5");
      const asked = { model, prompt, tools: { web_search: await searchTool() } };
      const text = "Let me see.It is sunny.";
      const steps = [{ finishReason: "stop", toolResults: [{ toolName: "web_search" }] }];
      expect(await sdk.generateText(asked)).toMatchObject({ text, warnings: [], steps });
      const streamed = sdk.streamText(asked);
      expect(await streamed.text).toBe(text);
      expect(await streamed.steps).toMatchObject(steps);

      bridge.play(inOrder(sunny));
      const { messages } = await streamed.response;
      const asking = (content: string) => ({ role: "user", content });
      const goingOn = [asking(prompt), ...messages, asking("And tomorrow?")];
      await sdk.generateText({ ...asked, prompt: goingOn });
      const told = JSON.stringify(bridge.requests().at(-1)?.body);
      for (const once of ['"query":"Ulm"', "https://example.com/about?q=Ulm", "Let me see.", "It is sunny."])
        expect(told.split(once)).toHaveLength(2);
    }),
  );

  test.each(Object.entries(legacyProviders))("completes a prompt, whole and streamed: %s", (_, provider) =>
    withBridge(async (bridge) => {
      bridge.play(inOrder(sunny, sunny));
      const sdk = await loadAiSdk();
      const asked = { model: await provider(bridge, "claude-sonnet-4-5"), prompt: "The weather in Ulm:" };
      const whole = await sdk.generateText(asked);
      expect(whole).toMatchObject({ text: "It is sunny.", finishReason: "stop" });
      const streamed = sdk.streamText(asked);
      expect((await Array.fromAsync(streamed.textStream)).join("")).toBe("It is sunny.");
      expect(await streamed.finishReason).toBe("stop");
      expect(await streamed.usage).toMatchObject({ outputTokens: expect.any(Number) });
    }),
  );
});
