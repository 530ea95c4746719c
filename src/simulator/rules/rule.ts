import type { RequestView } from "./view.ts";

/**
 * How much is asserted: the service's own model; what official clients take for granted besides; what the community
 * found by being refused; everything anybody ever claimed. Each level includes the ones before it.
 */
export const levels = ["model", "official", "strict", "paranoid"] as const;
export type Level = (typeof levels)[number];

export type RuleName = `R${number}`;

export interface Violation {
  rule: RuleName;
  /** Where in the body, such as `conversationState.history[3].userInputMessage.content`. */
  path: string;
  message: string;
}

export type Report = (path: string, message: string) => void;

export interface Rule {
  name: RuleName;
  level: Level;
  check(request: RequestView, report: Report): void;
}

/** `level` is the mildest that asserts it. */
export const rule = (name: RuleName, level: Level, check: Rule["check"]): Rule => ({ name, level, check });
