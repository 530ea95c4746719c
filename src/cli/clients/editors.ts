import { baseFolder, pathsOf } from "../../base-folder.ts";
import type { Model } from "../../upstream.ts";
import { jsonMembers } from "../edit/json-members.ts";
import { yamlListItem, yamlMembers } from "../edit/yaml.ts";
import { anyKey, keyVariable } from "./bridge.ts";
import { type Client, inHome, inXdgConfig } from "./client.ts";

/** Continue takes a model that it does not know for one of 32,768 tokens that answers in 4096. */
const completionOptions = (model: Model | undefined) =>
  model && {
    defaultCompletionOptions: { contextLength: model.contextWindow, maxTokens: model.maxOutputTokens },
  };

export const continueDev: Client = {
  title: "Continue",
  file: {
    path: inHome(".continue", "config.yaml"),
    edits: ({ url, apiKey, model, models }) =>
      yamlListItem(
        "models",
        {
          name: `aqbridge ${model}`,
          provider: "anthropic",
          model,
          apiBase: `${url}/v1/`,
          apiKey: apiKey === undefined ? anyKey : `\${{ secrets.${keyVariable} }}`,
          ...completionOptions(models.find(({ id }) => id === model)),
        },
        { name: "aqbridge", version: "1.0.0", schema: "v1" },
      ),
  },
  steps: ({ apiKey, model }) => [
    ...(apiKey === undefined ? [] : [`Put ${keyVariable} into ~/.continue/.env.`]),
    `Choose "aqbridge ${model}" from the models, or start \`cn\`.`,
  ],
};

/**
 * By Anthropic's protocol and its spelling of Claude models: aider knows those, with their windows, and has them edit by
 * patches; any other has to write whole files.
 */
const aiderModel = (model: string) =>
  `anthropic/${model.startsWith("claude-") ? model.replaceAll(".", "-") : model}`;

export const aider: Client = {
  title: "aider",
  variables: ({ url, apiKey, model }) => ({
    ANTHROPIC_API_BASE: url,
    ANTHROPIC_API_KEY: apiKey ?? anyKey,
    AIDER_MODEL: aiderModel(model),
  }),
  file: {
    path: inHome(".aider.conf.yml"),
    edits: ({ url, apiKey, model }) =>
      yamlMembers({
        "set-env": `ANTHROPIC_API_BASE=${url}`,
        ...(apiKey === undefined && { "anthropic-api-key": anyKey }),
        model: aiderModel(model),
      }),
  },
  steps: ({ apiKey, envLine }) => [
    apiKey === undefined ? "Start it with `aider`." : `Start it with \`${envLine("aider")}; aider\`.`,
  ],
};

/** Zed makes the key's variable of the provider's name: AQBRIDGE_API_KEY. */
export const zed: Client = {
  title: "Zed",
  file: {
    path(surroundings) {
      if (surroundings.platform !== "win32") return inXdgConfig("zed", "settings.json")(surroundings);
      const roaming = baseFolder("APPDATA", "AppData/Roaming", surroundings);
      return roaming && pathsOf("win32").join(roaming, "Zed", "settings.json");
    },
    edits: ({ url, model, models }) =>
      jsonMembers([
        {
          path: ["language_models", "openai_compatible", "aqbridge"],
          value: {
            api_url: `${url}/v1`,
            available_models: models.map(
              ({ id, displayName, contextWindow, maxOutputTokens, acceptsImages }) => ({
                name: id,
                display_name: displayName,
                max_tokens: contextWindow,
                max_output_tokens: maxOutputTokens,
                capabilities: {
                  tools: true,
                  images: acceptsImages,
                  parallel_tool_calls: true,
                  prompt_cache_key: false,
                },
              }),
            ),
          },
        },
        { path: ["agent", "default_model"], value: { provider: "aqbridge", model }, isDefault: true },
      ]),
  },
  steps: ({ apiKey }) => [
    apiKey === undefined
      ? "Give any key to the provider aqbridge in the agent's settings (or in AQBRIDGE_API_KEY)."
      : "Give the bridge's key to the provider aqbridge in the agent's settings (or in AQBRIDGE_API_KEY).",
  ],
};

export const cline: Client = {
  title: "Cline and Roo Code",
  steps: ({ url, apiKey, model }) => [
    "In an editor, choose the provider Anthropic and a base URL of your own in the settings:",
    `${url}, ${apiKey === undefined ? "any key" : "the bridge's key"}, model ${model}.`,
    "Cline's CLI takes a base URL for OpenAI's protocols alone:",
    `\`cline auth -p openai-compatible -k ${apiKey === undefined ? anyKey : "KEY"} -m ${model} -b ${url}/v1\`.`,
  ],
};

export const openWebui: Client = {
  title: "Open WebUI",
  variables: ({ url, apiKey }) => ({
    OPENAI_API_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: apiKey ?? anyKey,
  }),
  steps: ({ url }) => [
    `Admin settings, Connections, OpenAI: ${url}/v1; from a container the host has another name,`,
    "which goes into server.allowed_hosts, and the bridge needs a --host that the container reaches.",
  ],
};

export const cursor: Client = {
  title: "Cursor",
  steps: () => [
    "Cursor's own servers send the requests, and refuse private addresses: they cannot reach a bridge",
    "that listens on this machine alone. Use one of the other clients.",
  ],
};
