import type { Model } from "../../upstream.ts";
import { jsonMembers } from "../edit/json-members.ts";
import { tomlTable } from "../edit/toml-table.ts";
import { anyKey, type Bridge, keyVariable } from "./bridge.ts";
import { type Client, inHome, inXdgConfig } from "./client.ts";

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

export const opencode: Client = {
  title: "OpenCode",
  file: {
    path: inXdgConfig("opencode", "opencode.json"),
    edits: (bridge) =>
      jsonMembers([
        { path: ["$schema"], value: "https://opencode.ai/config.json", isDefault: true },
        {
          path: ["provider", "aqbridge"],
          value: {
            npm: "@ai-sdk/anthropic",
            name: "aqbridge",
            options: { baseURL: `${bridge.url}/v1`, apiKey: keyOr(bridge, `{env:${keyVariable}}`) },
            models: byId(bridge.models, ({ displayName, contextWindow, maxOutputTokens }) => ({
              name: displayName,
              limit: { context: contextWindow, output: maxOutputTokens },
            })),
          },
        },
        { path: ["model"], value: `aqbridge/${bridge.model}`, isDefault: true },
      ]),
  },
  steps: ({ model }) => [`Start it with \`opencode --model aqbridge/${model}\`.`],
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
                supports_attachments: acceptsImages,
              }),
            ),
          },
        },
      ]),
  },
  steps: () => ["Start it with `crush` and choose a model of aqbridge (ctrl+l)."],
};

export const qwenCode: Client = {
  title: "Qwen Code",
  variables: ({ url, apiKey, model }) => ({
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: apiKey ?? anyKey,
    OPENAI_MODEL: model,
  }),
  steps: ({ envLine }) => [`Start it with \`${envLine("qwen-code")}; qwen --auth-type openai\`.`],
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
            models: bridge.models.map(({ id, displayName, contextWindow, maxOutputTokens }) => ({
              id,
              name: displayName,
              input: ["text", "image"],
              contextWindow,
              maxTokens: maxOutputTokens,
            })),
          },
        },
      ]),
  },
  steps: ({ model }) => [`Start it with \`pi --provider aqbridge --model ${model}\`.`],
};
