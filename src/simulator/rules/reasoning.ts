import { isJsonObject } from "../../json.ts";
import { asObject, asText } from "../narrow.ts";
import type { Report, Rule } from "./rule.ts";
import { type Probe, spellPath, structure, text, union } from "./shape.ts";
import type { RequestView } from "./view.ts";

const reasoningContent = union({
  reasoningText: structure({ text: text(), signature: text() }, "text"),
  redactedContent: text(1),
});

export const reasoningRules: readonly Rule[] = [
  {
    rule: "R51",
    level: "strict",
    check: (request, report) =>
      forEachReasoning(request, (path, reasoning) => {
        const probe: Probe = {
          path: [path],
          fault: (message) => report(spellPath(probe.path), message),
        };
        reasoningContent(reasoning, probe);
      }),
  },
  {
    rule: "R52",
    level: "strict",
    check: (request, report) =>
      forEachReasoning(request, (path, reasoning) => {
        const reasoningText = asObject(reasoning)["reasoningText"];
        if (isJsonObject(reasoningText) && asText(reasoningText["signature"]) === "")
          report(`${path}.reasoningText.signature`, "must accompany the text");
      }),
  },
  {
    rule: "R53",
    level: "strict",
    check(request, report) {
      const { isOwnReasoning, current, state } = request;
      if (!isOwnReasoning) return;
      const modelId = asText(current?.message["modelId"]);
      const conversationId = asText(state["conversationId"]);
      forEachReasoning(request, (path, reasoning) => {
        const reasoningText = asObject(asObject(reasoning)["reasoningText"]);
        const signature = asText(reasoningText["signature"]);
        const said = asText(reasoningText["text"]);
        if (signature && !isOwnReasoning({ text: said, signature, modelId, conversationId }))
          report(
            `${path}.reasoningText.signature`,
            "must be the one issued for this text, model and conversation",
          );
      });
    },
  },
];

function forEachReasoning(
  { history }: RequestView,
  visit: (path: string, reasoning: unknown) => ReturnType<Report>,
): void {
  for (const turn of history) {
    const reasoning = turn.message["reasoningContent"];
    if (turn.role === "assistant" && reasoning !== undefined)
      visit(`${turn.path}.reasoningContent`, reasoning);
  }
}
