import type {
  AssistantMessage,
  AssistantPart,
  Message,
  SystemMessage,
  UserMessage,
  UserPart,
} from "./conversation.ts";
import { isBlank } from "./text.ts";

export type Turn = UserMessage | AssistantMessage;

type OpenTurn = { role: "user"; parts: UserPart[] } | { role: "assistant"; parts: AssistantPart[] };

/**
 * The messages as alternating turns of user and assistant, for services that know no other order: neighbours of one
 * role become one turn, answers that say nothing disappear, and instructions in the middle become user text in their place.
 */
export function alternate(messages: readonly Message[]): Turn[] {
  // Joined first: what says nothing may be the thoughts of the answer beside it, which some protocols send separately.
  const turns = joined(
    messages.flatMap((message) => (message.role === "system" ? spokenByUser(message) : [message])),
  );
  return joined(turns.filter((turn) => turn.role === "user" || saysSomething(turn)));
}

function joined(turns: readonly Turn[]): OpenTurn[] {
  const open: OpenTurn[] = [];
  for (const turn of turns) append(open, turn);
  return open;
}

function append(turns: OpenTurn[], turn: Turn): void {
  const last = turns.at(-1);
  if (turn.role === "user") {
    if (last?.role !== "user") turns.push({ role: "user", parts: [...turn.parts] });
    else for (const part of turn.parts) last.parts.push(part);
  } else {
    if (last?.role !== "assistant") turns.push({ role: "assistant", parts: [...turn.parts] });
    else for (const part of turn.parts) last.parts.push(part);
  }
}

/** R13: the prefix keeps the model from taking the program's instructions for the user's words. */
function spokenByUser({ text }: SystemMessage): UserMessage[] {
  if (isBlank(text)) return [];
  const said = `[Instructions from the system, not from the user]\n\n${text}`;
  return [{ role: "user", parts: [{ type: "text", text: said }] }];
}

/** R19: reasoning alone is no answer. */
const saysSomething = ({ parts }: AssistantMessage): boolean =>
  parts.some((part) => part.type === "tool-call" || (part.type === "text" && !isBlank(part.text)));
