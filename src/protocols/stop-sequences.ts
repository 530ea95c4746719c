import { Type } from "@sinclair/typebox";
import type { Settings } from "../turn/conversation.ts";

/** Far more than OpenAI's four, and still few and short enough to look for all at once. */
const most = 256;
const maxLength = 256;

export const StopSequence = Type.String({ maxLength });
export const StopSequences = Type.Array(StopSequence, { maxItems: most });

/** Without empty ones, which some programs send: they would end every answer where it begins. */
export function decodeStops(stop: string | readonly string[] | null | undefined): Settings {
  const stopSequences = [stop ?? []].flat().filter((sequence) => sequence !== "");
  return stopSequences.length > 0 ? { stopSequences } : {};
}
