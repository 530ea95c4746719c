import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, image, user, withContext } from "../../support/bodies.ts";
import { asking, type Cases, dialogue, many, showing } from "./case.ts";

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
  "R2 empty": ["model", body({ state: { conversationId: "" } }), body({ state: { conversationId: "x" } })],
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
    body({ history: dialogue(2) }),
  ],
  "R3 base64": ["model", showing(image("data:image/png;base64,AAAA")), showing(image("iVBORw0KGgo="))],
  "R3 image format": ["model", showing(image(undefined, "jpg")), showing(image())],
  "R3 limit": [
    "model",
    body({ current: user("hi", withContext({ envState: { currentWorkingDirectory: "/".repeat(257) } })) }),
    body({ current: user("hi", withContext({ envState: { currentWorkingDirectory: "/".repeat(256) } })) }),
  ],
  "R3 empty": [
    "model",
    body({ state: { agentContinuationId: "" } }),
    body({ state: { agentContinuationId: "x" } }),
  ],
  "R3 integer": [
    "model",
    body({ current: user("hi", withContext({ envState: { timezoneOffset: -1441 } })) }),
    body({ current: user("hi", withContext({ envState: { timezoneOffset: -1440 } })) }),
  ],
  "R3 fraction": [
    "model",
    body({ current: user("hi", withContext({ envState: { timezoneOffset: 0.5 } })) }),
    body({ current: user("hi", withContext({ envState: { timezoneOffset: 1440 } })) }),
  ],
  "R3 boolean": [
    "model",
    body({ current: user("hi", { clientCacheConfig: { useClientCachingOnly: "yes" } }) }),
    body({ current: user("hi", { clientCacheConfig: { useClientCachingOnly: true } }) }),
  ],
  "R3 list": [
    "model",
    body({ current: user("hi", withContext({ additionalContext: many(21, () => ({ name: "a" })) })) }),
    body({ current: user("hi", withContext({ additionalContext: many(20, () => ({ name: "a" })) })) }),
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
