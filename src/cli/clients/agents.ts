import type { Model } from "../../upstream.ts";
import { jsonMembers } from "../edit/json-members.ts";
import { tomlTable } from "../edit/toml-table.ts";
import { anyKey, type Bridge, keyVariable } from "./bridge.ts";
import { type Client, type ClientFile, inHome, inXdgConfig } from "./client.ts";

/** What stands for the key in a file, given how the client writes a reference to a variable. */
const keyOr = ({ apiKey }: Bridge, reference: string) => (apiKey === undefined ? anyKey : reference);

const byId = <T>(models: readonly Model[], of: (model: Model) => T): Record<string, T> =>
  Object.fromEntries(models.map((model) => [model.id, of(model)]));

/** Names its provider in a table of its own, since a key at the end of the file would belong to the last table. */
export const codex: Client = {
  title: "Codex",
  file: {
    path: (surroundings) =>
      surroundings.environment["CODEX_HOME"]
        ? `${surroundings.environment["CODEX_HOME"]}/config.toml`
        : inHome(".codex", "config.toml")(surroundings),
    edits: ({ url, apiKey }) =>
      tomlTable("model_providers", "aqbridge", {
        name: "aqbridge",
        base_url: `${url}/v1`,
        wire_api: "responses",
        ...(apiKey !== undefined && { env_key: keyVariable }),
      }),
  },
  steps: ({ model }) => [
    `Start it with \`codex -c model_provider=aqbridge -m ${model}\`,`,
    `or put model_provider = "aqbridge" and model = "${model}" above the first table of the file.`,
  ],
};

/** For titles and the like. */
const smallModel = "claude-haiku-4.5";

/** What is not said here OpenCode takes for missing, since it knows no model of ours from elsewhere. */
const opencodeModel = ({ id, displayName, contextWindow, maxOutputTokens, acceptsImages }: Model) => ({
  name: displayName,
  // By this it finds the model that makes titles, which would otherwise be the one of the session.
  ...(id === smallModel && { family: "claude-haiku" }),
  attachment: acceptsImages,
  reasoning: true,
  modalities: { input: acceptsImages ? ["text", "image"] : ["text"], output: ["text"] },
  limit: { context: contextWindow, output: maxOutputTokens },
});

/** Its file, which its descendants read under names of their own. */
const opencodeFile = (name: string, schema: string): ClientFile => ({
  path: inXdgConfig(name, `${name}.json`),
  edits: (bridge) =>
    jsonMembers([
      { path: ["$schema"], value: schema, isDefault: true },
      {
        path: ["provider", "aqbridge"],
        value: {
          npm: "@ai-sdk/anthropic",
          name: "aqbridge",
          options: { baseURL: `${bridge.url}/v1`, apiKey: keyOr(bridge, `{env:${keyVariable}}`) },
          models: byId(bridge.models, opencodeModel),
        },
      },
      { path: ["model"], value: `aqbridge/${bridge.model}`, isDefault: true },
    ]),
});

export const opencode: Client = {
  title: "OpenCode",
  file: opencodeFile("opencode", "https://opencode.ai/config.json"),
  steps: ({ model }) => [`Start it with \`opencode --model aqbridge/${model}\`.`],
};

export const kilo: Client = {
  title: "Kilo Code's CLI",
  file: opencodeFile("kilo", "https://app.kilo.ai/config.json"),
  steps: ({ model }) => [`Start it with \`kilo --model aqbridge/${model}\`.`],
};

export const crush: Client = {
  title: "Crush",
  file: {
    path: inXdgConfig("crush", "crush.json"),
    edits: (bridge) =>
      jsonMembers([
        {
          path: ["providers", "aqbridge"],
          value: {
            name: "aqbridge",
            type: "anthropic",
            base_url: bridge.url,
            api_key: keyOr(bridge, `$${keyVariable}`),
            models: bridge.models.map(
              ({ id, displayName, contextWindow, maxOutputTokens, acceptsImages }) => ({
                id,
                name: displayName,
                context_window: contextWindow,
                default_max_tokens: maxOutputTokens,
                can_reason: true,
                supports_attachments: acceptsImages,
              }),
            ),
          },
        },
        // Otherwise the first model of the list does everything, the titles too.
        {
          path: ["models"],
          value: {
            large: { provider: "aqbridge", model: bridge.model },
            small: { provider: "aqbridge", model: smallModel },
          },
          isDefault: true,
        },
      ]),
  },
  steps: () => ["Start it with `crush`; ctrl+l chooses another model."],
};

/** Over Messages, where it sends thoughts back with their signatures and marks what is to be cached. */
export const qwenCode: Client = {
  title: "Qwen Code",
  variables: ({ url, apiKey, model }) => ({
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: apiKey ?? anyKey,
    OPENAI_MODEL: model,
  }),
  file: {
    path: inHome(".qwen", "settings.json"),
    edits: ({ url, apiKey, models }) =>
      jsonMembers([
        {
          path: ["modelProviders", "aqbridge"],
          value: models.map(({ id, displayName, contextWindow, acceptsImages, acceptsDocuments }) => ({
            id,
            name: displayName,
            envKey: keyVariable,
            baseUrl: url,
            generationConfig: {
              contextWindowSize: contextWindow,
              modalities: { image: acceptsImages, pdf: acceptsDocuments },
            },
          })),
        },
        { path: ["providerProtocol", "aqbridge"], value: "anthropic" },
        apiKey === undefined
          ? { path: ["env", keyVariable], value: anyKey, isDefault: true }
          : { path: ["env", keyVariable], removed: anyKey },
      ]),
  },
  steps: ({ model, envLine }) => [
    `Start it with \`qwen --auth-type anthropic --model ${model}\`, or choose a model by /model.`,
    `Without its file: \`${envLine("qwen-code")}; qwen --auth-type openai\`.`,
  ],
};

export const pi: Client = {
  title: "pi",
  file: {
    path: inHome(".pi", "agent", "models.json"),
    edits: (bridge) =>
      jsonMembers([
        {
          path: ["providers", "aqbridge"],
          value: {
            baseUrl: bridge.url,
            api: "anthropic-messages",
            apiKey: keyOr(bridge, `$${keyVariable}`),
            models: bridge.models.map(
              ({ id, displayName, contextWindow, maxOutputTokens, acceptsImages }) => ({
                id,
                name: displayName,
                reasoning: true,
                input: acceptsImages ? ["text", "image"] : ["text"],
                contextWindow,
                maxTokens: maxOutputTokens,
              }),
            ),
          },
        },
      ]),
  },
  steps: ({ model }) => [`Start it with \`pi --provider aqbridge --model ${model}\`.`],
};
