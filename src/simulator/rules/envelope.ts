import { isJsonObject } from "../../json.ts";
import { asText } from "../narrow.ts";
import { checkFields } from "./fields.ts";
import { operationInput } from "./input-shape.ts";
import { type Rule, rule } from "./rule.ts";
import { reportFaults } from "./shape.ts";

const triggers = ["MANUAL", "DIAGNOSTIC", "INLINE_CHAT"];
const modelIdPattern = /^[a-zA-Z0-9_:.-]{1,1024}$/;
const profileArnPattern =
  /^arn:aws:(codewhisperer|transform):[a-z0-9-]{1,64}:\d{12}:profile\/[a-zA-Z0-9]{12}$/;
/** 1.25 MB went through, 1.3 MB did not, for one person in February 2026. */
const largestBodySeen = 1_250_000;

export const envelopeRules: readonly Rule[] = [
  rule("R1", "model", ({ state }, report) => {
    const trigger = state["chatTriggerType"];
    if (!triggers.includes(asText(trigger)))
      report("conversationState.chatTriggerType", `must be one of ${triggers.join(", ")}`);
  }),
  rule("R2", "model", ({ state }, report) => {
    const id = state["conversationId"];
    if (id === undefined) return;
    if (typeof id !== "string" || id.length === 0 || id.length > 128)
      report("conversationState.conversationId", "must have 1 to 128 characters");
  }),
  rule("R3", "model", ({ body }, report) => {
    reportFaults(operationInput, body, [], report);
  }),
  rule("R4", "model", ({ body }, report) => {
    const arn = body["profileArn"];
    if (arn === undefined) return;
    if (!profileArnPattern.test(asText(arn)))
      report("profileArn", "must be the ARN of a profile or be left out");
  }),
  rule("R5", "model", ({ turns }, report) => {
    for (const { path, message } of turns) {
      const id = message["modelId"];
      if (typeof id === "string" && !modelIdPattern.test(id)) report(`${path}.modelId`, "must be a model id");
    }
  }),
  rule("R5", "strict", ({ current, models, model }, report) => {
    if (current?.message["modelId"] === undefined || !models) return;
    if (!model) report(`${current.path}.modelId`, "must be one of the models on offer");
  }),
  rule("R6", "model", ({ body }, report) => {
    const fields = body["additionalModelRequestFields"];
    if (fields !== undefined && !isJsonObject(fields))
      report("additionalModelRequestFields", "must be an object");
  }),
  rule("R6", "strict", ({ body, model }, report) => {
    const fields = body["additionalModelRequestFields"];
    if (!model || !isJsonObject(fields)) return;
    checkFields(fields, model.additionalModelRequestFieldsSchema, "additionalModelRequestFields", report);
  }),
  rule("R7", "model", ({ current }, report) => {
    if (!current) report("conversationState.currentMessage", "must be a userInputMessage");
  }),
  rule("R8", "paranoid", ({ bodyBytes = 0 }, report) => {
    if (bodyBytes > largestBodySeen) report("", `must have at most ${largestBodySeen} bytes`);
  }),
];
