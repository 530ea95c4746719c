import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ScriptedMessage } from "../../src/simulator/script.ts";
import { ending, exception, openTool, reasoning, stream, text } from "../support/script.ts";
import { forms } from "./support/forms.ts";
import { type Rig, startRig } from "./support/rig.ts";

const rest = [...text("no more"), ...ending("END_TURN")];

interface Failing {
  step: ScriptedMessage;
  status: readonly [openai: number, anthropic: number];
  type: readonly [openai: string, anthropic: string];
  /** After content, where they are others. */
  typesInStream?: readonly [openai: string, anthropic: string];
  class: string;
  /** Requests while retries are left. */
  requests?: number;
}
const capacity = {
  status: [503, 529],
  type: ["server_error", "overloaded_error"],
  class: "overloaded",
} as const;
const fault = {
  status: [500, 500],
  type: ["server_error", "api_error"],
  class: "upstream",
  requests: 3,
} as const;
const invalid = { status: [400, 400], type: ["invalid_request_error", "invalid_request_error"] } as const;
const denied = {
  status: [403, 403],
  type: ["permission_error", "permission_error"],
  class: "permission",
} as const;

/** Every exception that the service's model has for an answer, and the forms that a failure may have besides. */
const failing: Readonly<Record<string, Failing>> = {
  ThrottlingException: {
    step: exception("ThrottlingException", "Too many requests."),
    status: [429, 429],
    type: ["rate_limit_error", "rate_limit_error"],
    typesInStream: ["rate_limit_error", "overloaded_error"],
    class: "rate-limit",
    requests: 2,
  },
  "ThrottlingException for want of capacity": {
    step: exception("ThrottlingException", "Busy.", "INSUFFICIENT_MODEL_CAPACITY"),
    ...capacity,
    requests: 2,
  },
  "ThrottlingException of the month": {
    step: exception("ThrottlingException", "No more.", "MONTHLY_REQUEST_COUNT"),
    status: [402, 402],
    type: ["insufficient_quota", "billing_error"],
    class: "quota",
  },
  ServiceQuotaExceededException: {
    step: exception("ServiceQuotaExceededException", "You have reached the limit."),
    status: [402, 402],
    type: ["insufficient_quota", "billing_error"],
    class: "quota",
  },
  ValidationException: {
    step: exception("ValidationException", "No."),
    ...invalid,
    class: "invalid-request",
  },
  "ValidationException of length": {
    step: exception("ValidationException", "Input is too long."),
    ...invalid,
    class: "context-length",
  },
  "ValidationException of a conversation": {
    step: exception("ValidationException", "No.", "INVALID_CONVERSATION_ID"),
    ...invalid,
    class: "invalid-request",
    requests: 2,
  },
  AccessDeniedException: { step: exception("AccessDeniedException", "Not you."), ...denied },
  ConflictException: { step: exception("ConflictException", "The key is off."), ...denied },
  ResourceNotFoundException: {
    step: exception("ResourceNotFoundException", "What?"),
    ...fault,
    requests: 1,
  },
  ServiceUnavailableException: {
    step: exception("ServiceUnavailableException", "Later."),
    ...capacity,
    requests: 3,
  },
  InternalServerException: { step: exception("InternalServerException", "Oh."), ...fault },
  "an exception in camel case": { step: exception("internalServerException", "Oh."), ...fault },
  "the stream's one modelled exception": { step: exception("error", "Oh."), ...fault },
  "an exception nobody knows": { step: exception("PoetryException", "Oh."), ...fault },
  "an exception that is no object": { step: { exception: "error", payload: "Oh." }, ...fault },
  "an error message": { step: { error: "InternalError", message: "Oh." }, ...fault },
  "an invalid state": {
    step: { type: "invalidStateEvent", payload: { reason: "X", message: "Oh." } },
    ...fault,
  },
};

describe("a failure inside the stream", () => {
  let patient: Rig;
  beforeEach(() => {
    patient = startRig();
  });
  afterEach(() => patient.stop());

  test.each(Object.entries(failing))(
    "row 55: before content is as the same failure by HTTP: %s",
    async (_, { step, status, type, requests = 1, ...told }) => {
      for (const form of forms) {
        const [index, before] = [form.protocol === "openai" ? 0 : 1, patient.hits()];
        patient.simulator.script(...Array.from({ length: requests }, () => stream([step], rest)));
        const outcome = await patient.ask(form);
        expect(outcome).toMatchObject({ status: status[index], text: "", failure: { type: type[index] } });
        expect(patient.endOf(outcome)).toContain(`class=${told.class} `);
        expect(patient.hits() - before).toBe(requests);
      }
      await patient.expectBase();
    },
  );

  const passing = Object.entries(failing).filter(([, { requests = 1 }]) => requests > 1);
  test.each(passing)(
    "row 55: before content is not seen by the client when it passes: %s",
    async (_, { step }) => {
      for (const form of forms) {
        patient.simulator.script(stream([step]), stream(text("Hello"), ending("END_TURN")));
        expect(await patient.ask(form)).toMatchObject({ status: 200, text: "Hello", failure: undefined });
      }
      await patient.expectBase();
    },
  );

  const said = [
    ...reasoning(["Hm."], "c2lnbmF0dXJl"),
    ...text("Let ", "me"),
    ...openTool("tooluse_a", "read", '{"pa'),
  ];

  test.each(Object.entries(failing))(
    "row 56: after content ends the answer with its class, whatever was said: %s",
    async (_, { step, type, typesInStream = type, ...told }) => {
      for (let count = 1; count <= said.length; count++) {
        for (const form of forms) {
          const before = patient.hits();
          patient.simulator.script(stream(said.slice(0, count), [step], rest));
          const outcome = await patient.ask(form);
          expect(outcome.stopReason).toBeUndefined();
          expect("Let me").toStartWith(outcome.text);
          const types = form.stream ? typesInStream : type;
          expect(outcome.failure).toMatchObject({ type: types[form.protocol === "openai" ? 0 : 1] });
          expect(patient.endOf(outcome)).toContain(`class=${told.class} `);
          expect(patient.hits() - before).toBe(1);
        }
      }
      await patient.expectBase();
    },
  );

  test("row 56: of length ends the answer as cut by length, when there is some of it", async () => {
    const tooLong = exception("ContentLengthExceededException", "Too long.");
    for (const form of forms) {
      patient.simulator.script(stream(text("Hello"), [tooLong]));
      expect(await patient.ask(form)).toMatchObject({
        status: 200,
        text: "Hello",
        stopReason: form.protocol === "openai" ? "length" : "max_tokens",
      });
    }
    await patient.expectBase();
  });
});
