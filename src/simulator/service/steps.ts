import { corruptFrame, encodeMessage } from "../frames.ts";
import type { ScriptedStep } from "../script.ts";
import type { Piece } from "../stream.ts";

/** The steps as they leave the connection; each frame has its headers in another order than the one before. */
export function* encodeSteps(
  steps: Iterable<ScriptedStep>,
  onStep: (step: ScriptedStep) => void,
): Generator<Piece> {
  let count = 0;
  for (const step of steps) {
    onStep(step);
    yield encodeStep(step, count++);
  }
}

function encodeStep(step: ScriptedStep, rotation: number): Piece {
  if ("pauseMs" in step || "cut" in step) return step;
  if ("bytes" in step) return step.bytes;
  if ("corrupt" in step) return corruptFrame(encodeMessage(step.corrupt, rotation), step.checksum);
  return encodeMessage(step, rotation);
}
