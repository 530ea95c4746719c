import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, user } from "../../support/bodies.ts";
import type { Cases } from "./case.ts";

const replying = (message: JsonObject) => body({ history: [user("hi"), message] });
const thinking = (reasoningContent: JsonObject) => replying(assistant("Hello.", { reasoningContent }));
const signed = { reasoningText: { text: "Hm.", signature: "ours" } };

export const reasoningCases: Cases = {
  "R51 flat": ["strict", thinking({ text: "Hm.", signature: "ours" }), thinking(signed)],
  "R51 redacted": ["strict", thinking({ redactedContent: "" }), thinking({ redactedContent: "AAAA" })],
  R52: ["strict", thinking({ reasoningText: { text: "Hm." } }), thinking(signed)],
  R53: ["strict", thinking({ reasoningText: { text: "Hm!", signature: "ours" } }), thinking(signed)],
};
