import { isJsonObject } from "../../json.ts";
import { asObject, asText } from "../narrow.ts";
import { type Rule, rule } from "./rule.ts";
import { reportFaults, structure, text, union } from "./shape.ts";
import type { RequestView } from "./view.ts";

const reasoningContent = union({
  reasoningText: structure({ text: text(), signature: text() }, "text"),
  redactedContent: text(1),
});

export const reasoningRules: readonly Rule[] = [
  rule("R51", "strict", (request, report) => {
    for (const { path, reasoning } of reasoningOf(request))
      reportFaults(reasoningContent, reasoning, [path], report);
  }),
  rule("R52", "strict", (request, report) => {
    for (const { path, reasoning } of reasoningOf(request)) {
      const { reasoningText } = asObject(reasoning);
      if (isJsonObject(reasoningText) && asText(reasoningText["signature"]) === "")
        report(`${path}.reasoningText.signature`, "must accompany the text");
    }
  }),
  rule("R53", "strict", (request, report) => {
    const { isOwnReasoning, current, state } = request;
    if (!isOwnReasoning) return;
    const modelId = asText(current?.message["modelId"]);
    const conversationId = asText(state["conversationId"]);
    for (const { path, reasoning } of reasoningOf(request)) {
      const reasoningText = asObject(asObject(reasoning)["reasoningText"]);
      const signature = asText(reasoningText["signature"]);
      const said = asText(reasoningText["text"]);
      if (signature && !isOwnReasoning({ text: said, signature, modelId, conversationId }))
        report(
          `${path}.reasoningText.signature`,
          "must be the one issued for this text, model and conversation",
        );
    }
  }),
];

const reasoningOf = ({ history }: RequestView) =>
  history
    .filter(({ role }) => role === "assistant")
    .map(({ path, message }) => ({
      path: `${path}.reasoningContent`,
      reasoning: message["reasoningContent"],
    }))
    .filter(({ reasoning }) => reasoning !== undefined);
