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
  describe.each(Object.entries(providers))("%s", (_, provider) => {
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
      withModel([callsTwice, sunny, callsTwice, sunny], async ({ sdk, model }) => {
        const asked = { model, prompt, ...weatherOf(sdk) };
        const whole = await sdk.generateText(asked);
        expect(whole).toMatchObject({ text: "It is sunny.", steps: stepsWithWeather });

        const streamed = sdk.streamText(asked);
        expect(await streamed.text).toBe("It is sunny.");
        expect(await streamed.steps).toMatchObject(stepsWithWeather);
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
