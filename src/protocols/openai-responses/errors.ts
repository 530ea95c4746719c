import type { BridgeError } from "../../errors.ts";
import { openaiStatus } from "../openai/errors.ts";

/** As in Chat Completions, but for a quota that is used up: Codex stops at a 429 with `insufficient_quota`, and repeats a 402. */
export const responsesStatus = (error: BridgeError): number =>
  error.kind === "quota" ? 429 : openaiStatus(error);
