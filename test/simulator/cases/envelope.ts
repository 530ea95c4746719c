import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, image, png, user, withContext } from "../../support/bodies.ts";
import { type Cases, many } from "./case.ts";

const pairs = (count: number) => many(count, (i) => (i % 2 === 0 ? user("hi") : assistant("Hello.")));
const showing = (...images: JsonObject[]) => body({ current: user("look", { images }) });
const asking = (modelId: string, more: JsonObject = {}) =>
  body({ current: user("hi", { modelId, ...more }) });
const wanting = (modelId: string, additionalModelRequestFields: JsonObject) => ({
  ...asking(modelId),
  additionalModelRequestFields,
});
const arn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";

export const envelopeCases: Cases = {
  R1: [
    "model",
    body({ state: { chatTriggerType: "AUTO" } }),
    body({ state: { chatTriggerType: "DIAGNOSTIC" } }),
  ],
  R2: [
    "model",
    body({ state: { conversationId: "x".repeat(129) } }),
    body({ state: { conversationId: "x".repeat(128) } }),
  ],
  "R3 null": ["model", body({ current: user("hi", { modelId: null }) }), body()],
  "R3 type": ["model", body({ current: user(7) }), body()],
  "R3 enum": [
    "model",
    body({ current: user("hi", { origin: "PHONE" }) }),
    body({ current: user("hi", { origin: "KIRO_CLI" }) }),
  ],
  "R3 union": [
    "model",
    body({ history: [{ ...user("hi"), ...assistant("Hello.") }] }),
    body({ history: pairs(2) }),
  ],
  "R3 base64": ["model", showing(image("data:image/png;base64,AAAA")), showing(image("iVBORw0KGgo="))],
  "R3 image format": ["model", showing(image(png(1, 1), "jpg")), showing(image())],
  "R3 limit": [
    "model",
    body({ current: user("hi", withContext({ envState: { currentWorkingDirectory: "/".repeat(257) } })) }),
    body({ current: user("hi", withContext({ envState: { currentWorkingDirectory: "/".repeat(256) } })) }),
  ],
  R4: ["model", body({ root: { profileArn: "" } }), body({ root: { profileArn: arn } })],
  "R5 pattern": ["model", asking("claude sonnet"), asking("claude-sonnet-4.5")],
  "R5 known": ["strict", asking("claude-sonnet-5.0"), asking("claude-sonnet-5")],
  "R6 type": ["model", body({ root: { additionalModelRequestFields: "high" } }), body()],
  "R6 none": ["strict", wanting("claude-sonnet-4.5", { max_tokens: 2000 }), wanting("claude-sonnet-4.5", {})],
  "R6 closed": [
    "strict",
    wanting("claude-sonnet-5", { temperature: 1 }),
    wanting("claude-sonnet-5", { thinking: { type: "adaptive" }, output_config: { effort: "xhigh" } }),
  ],
  "R6 enum": [
    "strict",
    wanting("claude-sonnet-4.6", { output_config: { effort: "xhigh" } }),
    wanting("claude-sonnet-4.6", { output_config: { effort: "max" } }),
  ],
  "R6 bounds": [
    "strict",
    wanting("claude-sonnet-5", { max_tokens: 1023 }),
    wanting("claude-sonnet-5", { max_tokens: 1024 }),
  ],
  R7: ["model", body({ current: { systemMessage: { content: "hi" } } }), body()],
};
