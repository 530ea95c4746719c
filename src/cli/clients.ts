import { codex, crush, kilo, opencode, pi, qwenCode } from "./clients/agents.ts";
import { anyKey } from "./clients/bridge.ts";
import { claudeCode } from "./clients/claude-code.ts";
import type { Client } from "./clients/client.ts";
import { aider, cline, continueDev, cursor, openWebui, zed } from "./clients/editors.ts";

const anthropicSdk: Client = {
  title: "Anthropic's SDKs",
  variables: ({ url, apiKey }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: apiKey ?? anyKey }),
  steps: ({ envLine }) => [`They read these variables, which \`${envLine("anthropic")}\` sets.`],
};

const openaiSdk: Client = {
  title: "OpenAI's SDKs",
  variables: ({ url, apiKey }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: apiKey ?? anyKey }),
  steps: ({ envLine }) => [`They read these variables, which \`${envLine("openai")}\` sets.`],
};

/** Every client that the bridge knows how to be pointed at from. */
export const clients: Readonly<Record<string, Client>> = {
  "claude-code": claudeCode,
  codex,
  opencode,
  kilo,
  continue: continueDev,
  aider,
  zed,
  crush,
  pi,
  "qwen-code": qwenCode,
  cline,
  "open-webui": openWebui,
  cursor,
  anthropic: anthropicSdk,
  openai: openaiSdk,
};
