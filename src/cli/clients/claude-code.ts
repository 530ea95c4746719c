import type { Surroundings } from "../../base-folder.ts";
import { jsonMembers } from "../edit/json-members.ts";
import { anyKey, type Bridge, keyVariable } from "./bridge.ts";
import { type Client, inHome, type Variables } from "./client.ts";

/** Without the window's size Claude Code takes a model that it does not know for one of a million tokens. */
const settings = ({ url, model, contextWindow }: Bridge): Variables => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_MODEL: model,
  ...(contextWindow !== undefined && { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(contextWindow) }),
});

/** Prints the key when Claude Code asks for it, so that settings.json need not hold it. */
const keyCommand = ({ platform }: Surroundings) =>
  platform === "win32" ? `echo %${keyVariable}%` : `printenv ${keyVariable}`;

/** ANTHROPIC_AUTH_TOKEN and not ANTHROPIC_API_KEY, for which Claude Code asks the person whether to use it. */
export const claudeCode: Client = {
  title: "Claude Code",
  variables: (bridge) => ({ ...settings(bridge), ANTHROPIC_AUTH_TOKEN: bridge.apiKey ?? anyKey }),
  file: {
    path: inHome(".claude", "settings.json"),
    edits(bridge, surroundings) {
      const members = Object.entries(settings(bridge)).map(([name, value]) => ({
        path: ["env", name],
        value,
      }));
      const token = { path: ["env", "ANTHROPIC_AUTH_TOKEN"], value: anyKey };
      const helper = { path: ["apiKeyHelper"], value: keyCommand(surroundings) };
      // One of them at a time: Claude Code would rather take the token, and the helper finds nothing without a key.
      const [wanted, other] = bridge.apiKey === undefined ? [token, helper] : [helper, token];
      return jsonMembers([
        ...members,
        { path: other.path, removed: other.value },
        { ...wanted, isPersonal: true },
      ]);
    },
  },
  steps: () => ["Start it with `claude`; `/model claude-opus-4.6` and the like choose another model."],
};
