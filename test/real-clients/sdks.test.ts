import { expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaJSONSchemaOutputFormat, betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import OpenAI from "openai";
import type { RunnableToolFunctionWithParse } from "openai/lib/RunnableFunction";
import type { ScriptedAnswer } from "../../src/simulator/script.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { describeClient } from "./support/installed.ts";
import { inOrder, say, thinkAndUse, throttled, use } from "./support/model.ts";

const model = "claude-opus-4-6";
const messages = [{ role: "user" as const, content: "What is the weather in Ulm?" }];
const sunny = say("It is sunny.");

const cityOnly = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
} as const;
const callsTwice = thinkAndUse(["t1", "weather", { city: "Ulm" }], ["t2", "weather", { city: "Bonn" }]);
const givesCity = use(["t1", "final_answer", { city: "Ulm" }]);

const over =
  <Client>(connect: (bridge: Bridge) => Client) =>
  (answers: readonly ScriptedAnswer[], test: (client: Client, bridge: Bridge) => Promise<void>) =>
  (): Promise<void> =>
    withBridge(async (bridge) => {
      bridge.play(inOrder(...answers));
      await test(connect(bridge), bridge);
    });

describeClient("openai", () => {
  const withClient = over(({ url }) => new OpenAI({ baseURL: `${url}/v1`, apiKey: "any" }));

  /** A function as the tool runner wants it, and the cities that it was asked about. */
  const weather = () => {
    const cities: string[] = [];
    const tool: RunnableToolFunctionWithParse<{ city: string }> = {
      type: "function",
      function: {
        name: "weather",
        description: "Tells the weather.",
        parameters: { ...cityOnly, required: [...cityOnly.required] },
        parse: JSON.parse,
        function: ({ city }) => {
          cities.push(city);
          return `sunny in ${city}`;
        },
      },
    };
    return { tool, cities };
  };

  test(
    "runs tools until the answer, whole and streamed",
    withClient([callsTwice, sunny, callsTwice, sunny], async (client) => {
      const { tool, cities } = weather();
      const asked = { model, messages, tools: [tool] };
      expect(await client.chat.completions.runTools(asked).finalContent()).toBe("It is sunny.");
      const streamed = client.chat.completions.runTools({ ...asked, stream: true });
      expect(await streamed.finalContent()).toBe("It is sunny.");
      expect(cities).toEqual(["Ulm", "Bonn", "Ulm", "Bonn"]);
    }),
  );

  test(
    "parses structured output, from both of its APIs",
    withClient([givesCity, givesCity], async (client) => {
      const json_schema = { name: "place", schema: cityOnly, strict: true };
      const chat = await client.chat.completions.parse({
        model,
        messages,
        response_format: { type: "json_schema", json_schema },
      });
      expect(chat.choices[0]?.message.parsed).toEqual({ city: "Ulm" });
      const response = await client.responses.parse({
        model,
        input: "Where?",
        text: { format: { type: "json_schema", ...json_schema } },
      });
      expect(response.output_parsed).toEqual({ city: "Ulm" });
    }),
  );

  test(
    "goes on with the response before, and its calls",
    withClient([callsTwice, sunny], async (client) => {
      const tools = [
        { type: "function" as const, name: "weather", parameters: cityOnly, strict: true, description: "" },
      ];
      const first = await client.responses.stream({ model, input: "Weather?", tools }).finalResponse();
      const outputs = first.output.flatMap((item) =>
        item.type === "function_call"
          ? [{ type: "function_call_output" as const, call_id: item.call_id, output: "sunny" }]
          : [],
      );
      expect(outputs).toHaveLength(2);
      const previous_response_id = first.id;
      const second = await client.responses.create({ model, input: outputs, tools, previous_response_id });
      expect(second.output_text).toBe("It is sunny.");
    }),
  );

  // The bridge itself asks once more before it says so.
  test(
    "tries again when it is throttled",
    withClient([throttled, throttled, sunny], async (client, bridge) => {
      const { choices } = await client.chat.completions.create({ model, messages });
      expect(choices[0]?.message.content).toBe("It is sunny.");
      expect(bridge.requests()).toHaveLength(3);
    }),
  );
});

describeClient("@anthropic-ai/sdk", () => {
  const withClient = over(({ url }) => new Anthropic({ baseURL: url, apiKey: "any" }));
  const asked = { model, messages, max_tokens: 20_000 };

  test(
    "runs tools until the answer, whole and streamed",
    withClient([callsTwice, sunny, callsTwice, sunny], async (client) => {
      const cities: string[] = [];
      const weather = betaTool({
        name: "weather",
        description: "Tells the weather.",
        inputSchema: cityOnly,
        run: ({ city }) => {
          cities.push(city);
          return `sunny in ${city}`;
        },
      });
      for (const stream of [false, true]) {
        const last = await client.beta.messages
          .toolRunner({ ...asked, tools: [weather], stream })
          .runUntilDone();
        expect(last.content).toMatchObject([{ type: "text", text: "It is sunny." }]);
      }
      expect(cities).toEqual(["Ulm", "Bonn", "Ulm", "Bonn"]);
    }),
  );

  test(
    "parses structured output, whole and streamed",
    withClient([givesCity, givesCity], async (client) => {
      const output_config = { format: betaJSONSchemaOutputFormat(cityOnly) };
      const whole = await client.beta.messages.parse({ ...asked, output_config });
      expect(whole.parsed_output).toEqual({ city: "Ulm" });
      const streamed = await client.beta.messages.stream({ ...asked, output_config }).finalMessage();
      expect(streamed.parsed_output).toEqual({ city: "Ulm" });
    }),
  );

  // The bridge itself asks once more before it says so.
  test(
    "tries again when it is throttled",
    withClient([throttled, throttled, sunny], async (client, bridge) => {
      const { content } = await client.messages.create(asked);
      expect(content).toMatchObject([{ type: "text", text: "It is sunny." }]);
      expect(bridge.requests()).toHaveLength(3);
    }),
  );
});
