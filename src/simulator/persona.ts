import type { JsonObject } from "../json.ts";
import { exampleArguments } from "./persona/arguments.ts";
import { type Heard, hear, type OfferedTool } from "./persona/heard.ts";
import { announcement, introduction, thanks, thoughts } from "./persona/lines.ts";
import { callTool, finish, say, think, type Voice } from "./persona/speech.ts";
import type { ScriptedStep } from "./script.ts";

/** How the demo answers any request: it owns up to being one, says what it understood, and uses tools when told to. */
export function perform(body: JsonObject, voice: Voice): readonly ScriptedStep[] {
  const heard = hear(body);
  const tool = wantedTool(heard);
  return [
    ...(heard.wantsThinking ? think(thoughts(heard), voice) : []),
    ...say(lines(heard, tool), voice),
    ...(tool ? callTool(tool.name, exampleArguments(tool.schema), voice) : []),
    ...finish(tool ? "TOOL_USE" : "END_TURN", heard.characters),
  ];
}

function lines(heard: Heard, tool: OfferedTool | undefined): string {
  if (heard.results.length > 0) return thanks(heard.results);
  return tool ? announcement(tool.name) : introduction(heard);
}

const asksForAnyTool = /\b(?:use|call|try|run)\s+(?:a|an|the|any|some|one|your)\s+(?:of\s+your\s+)?tools?\b/i;
/** Only the end of a long message is searched for a wish. */
const wishLength = 4000;

/** The tool that the person names, or the first one when any will do; none while another is being answered. */
function wantedTool({ text, tools, results }: Heard): OfferedTool | undefined {
  if (results.length > 0) return undefined;
  const wish = text.slice(-wishLength);
  const words = new Set(wish.match(/[\w-]+/g));
  return tools.find(({ name }) => words.has(name)) ?? (asksForAnyTool.test(wish) ? tools[0] : undefined);
}
