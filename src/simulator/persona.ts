import type { JsonObject } from "../json.ts";
import { type Heard, hear } from "./persona/heard.ts";
import { announcement, introduction, thanks, thoughts } from "./persona/lines.ts";
import { callTool, finish, say, think, type Voice } from "./persona/speech.ts";
import { type WantedCall, wantedCall } from "./persona/wish.ts";
import type { ScriptedStep } from "./script.ts";

/** How the demo answers any request: it owns up to being one, says what it understood, and uses tools when told to. */
export function perform(body: JsonObject, voice: Voice): readonly ScriptedStep[] {
  const heard = hear(body);
  const call = wantedCall(heard);
  return [
    ...(heard.wantsThinking ? think(thoughts(heard), voice) : []),
    ...say(lines(heard, call), voice),
    ...(call ? callTool(call.name, call.input, voice) : []),
    ...finish(call ? "TOOL_USE" : "END_TURN", heard.characters),
  ];
}

function lines(heard: Heard, call: WantedCall | undefined): string {
  if (heard.results.length > 0) return thanks(heard.results);
  return call ? announcement(call.name) : introduction(heard);
}
