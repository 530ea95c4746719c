import { type Clock, sleep } from "../../clock.ts";
import { rechunk } from "../chunking.ts";
import type { ScriptedAnswer, ScriptedStep, ScriptedStream } from "../script.ts";
import { playPieces } from "../stream.ts";
import { type Form, httpResponse } from "./answers.ts";
import { encodeSteps } from "./steps.ts";

export interface Delivery {
  form: Form;
  conversationId: string;
  requestId: string;
  clock: Clock;
  /** The client's: aborting it ends the answer, also before its status line. */
  signal: AbortSignal;
  /** Hears of each step when it leaves. */
  onStep: (step: ScriptedStep) => void;
  /** Called once, when the last byte has left or the client has. */
  onEnd: () => void;
}

/** Sends an answer the way the request's form wants it; rejects with the signal's reason when the client leaves first. */
export async function deliver(answer: ScriptedAnswer, delivery: Delivery): Promise<Response> {
  const { clock, signal, form, requestId, onEnd } = delivery;
  if (answer.delayMs) await sleep(clock, answer.delayMs, signal).catch(ending(onEnd));
  const response = "events" in answer ? await streamResponse(answer, delivery) : httpResponse(answer, form);
  if (!("events" in answer)) onEnd();
  response.headers.set("x-amzn-requestid", requestId);
  return response;
}

const ending = (onEnd: () => void) => (reason: unknown) => {
  onEnd();
  throw reason;
};

async function streamResponse(answer: ScriptedStream, delivery: Delivery): Promise<Response> {
  const { form, conversationId, onStep } = delivery;
  const opening = { type: "initial-response", payload: { conversationId } };
  const steps = encodeSteps(form === "json-rpc" ? [opening, ...answer.events] : answer.events, onStep);
  const body = playPieces({ ...delivery, pieces: rechunk(steps, answer.chunking ?? "frame") });
  return new Response(answer.transfer === "length" ? await new Response(body).bytes() : body, {
    headers: {
      "content-type": answer.contentType ?? "application/vnd.amazon.eventstream",
      ...(form === "rest" && { "x-amzn-codewhisperer-conversation-id": conversationId }),
      ...answer.headers,
    },
  });
}
