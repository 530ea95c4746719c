import type { ScriptedMessage } from "../../../src/simulator/script.ts";
import { ending, openTool, reasoning, text, tool } from "../../support/script.ts";

/** Six answers as the service gives them, message by message. */
export const recorded: Readonly<Record<string, readonly ScriptedMessage[]>> = {
  "text in small deltas": [...text("Na", "ïve 日", "本語 ", "😀."), ...ending("END_TURN")],
  "text without an ending": text("Hello, ", "world."),
  "reasoning and text": [
    ...reasoning(["Hm. ", "So."], "c2lnbmF0dXJl"),
    ...text("Yes."),
    ...ending("END_TURN"),
  ],
  "a call in fragments": [
    ...text("Let me see."),
    ...tool("tooluse_a", "read", '{"path":', '"/a"}'),
    ...ending("TOOL_USE"),
  ],
  "two calls": [...tool("tooluse_a", "read", '{"path":"/a"}'), ...tool("tooluse_b", "list"), ...ending()],
  "a call cut by length": [...openTool("tooluse_a", "write", '{"text":"Once'), ...ending("MAX_TOKENS")],
};

/** All that an answer says in text. */
export const textOf = (messages: readonly ScriptedMessage[]): string => messages.map(contentOf).join("");

function contentOf(message: ScriptedMessage): string {
  if (!("type" in message) || message.type !== "assistantResponseEvent") return "";
  const { payload } = message;
  const isSaid = typeof payload === "object" && payload !== null && "content" in payload;
  return isSaid ? String(payload.content) : "";
}
