import type { JsonObject } from "../../../src/json.ts";
import { type Cases, replying } from "./case.ts";

const thinking = (reasoningContent: JsonObject) => replying("Hello.", { reasoningContent });
const signed = { reasoningText: { text: "Hm.", signature: "ours" } };

export const reasoningCases: Cases = {
  "R51 flat": ["strict", thinking({ text: "Hm.", signature: "ours" }), thinking(signed)],
  "R51 redacted": ["strict", thinking({ redactedContent: "" }), thinking({ redactedContent: "AAAA" })],
  R52: ["strict", thinking({ reasoningText: { text: "Hm." } }), thinking(signed)],
  R53: ["strict", thinking({ reasoningText: { text: "Hm!", signature: "ours" } }), thinking(signed)],
};
