import { distinctIdentifiers, legalToolName } from "./identifiers.ts";
import type { SentTurn } from "./turns.ts";

/** The name under which each tool is sent, by the client's name. */
export type SentNames = ReadonlyMap<string, string>;

/** Legal names come first, so that none of them has to give way to a changed one. */
export function nameTools(clientNames: readonly string[]): SentNames {
  const names = new Set(clientNames);
  const sentNames = new Map<string, string>();
  const claim = distinctIdentifiers(legalToolName);
  const isLegal = (name: string) => legalToolName(name) === name;
  for (const name of names) if (isLegal(name)) sentNames.set(name, claim(name));
  for (const name of names) if (!isLegal(name)) sentNames.set(name, claim(name));
  return sentNames;
}

/** The client's names by the sent ones, where they differ. */
export const changedNames = (sentNames: SentNames): ReadonlyMap<string, string> =>
  new Map([...sentNames].filter(([name, sent]) => name !== sent).map(([name, sent]) => [sent, name]));

/** The client's names of all tools that the history calls, in the order of their first calls. */
export function calledNames(turns: readonly SentTurn[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const turn of turns) {
    if (turn.role === "assistant") for (const call of turn.calls) names.add(call.name);
  }
  return names;
}
