import type { Heard } from "../../../src/simulator/persona/heard.ts";
import type { ScriptedAnswer, ScriptedMessage, ScriptedStream } from "../../../src/simulator/script.ts";
import { ending, exception, reasoning, refusal, stream, text, tool } from "../../support/script.ts";

/** Plays the model: its answer to one request, by what can be understood of it. */
export type Model = (heard: Heard) => ScriptedAnswer;

/** One answer after the other. A request too many is refused, which no client tries again. */
export function inOrder(...answers: readonly ScriptedAnswer[]): Model {
  const waiting = answers.values();
  return () => waiting.next().value ?? refusal(400, "ValidationException", "Nothing more was expected.");
}

export const say = (words: string): ScriptedStream => stream(text(...inPieces(words)), ending("END_TURN"));

export type Call = readonly [id: string, name: string, input: unknown];

/** A word, then calls whose arguments arrive in pieces. */
export const use = (...calls: readonly Call[]): ScriptedStream =>
  stream(text("Let me ", "see."), ...calls.map(called), ending("TOOL_USE"));

/** As `use`, with signed thoughts before it. */
export const thinkAndUse = (...calls: readonly Call[]): ScriptedStream =>
  stream(reasoning(["I had ", "better look."], "c2lnbmF0dXJl"), ...calls.map(called), ending("TOOL_USE"));

const called = ([id, name, input]: Call): ScriptedMessage[] =>
  tool(id, name, ...inPieces(JSON.stringify(input)));

/** Begins an answer that it never ends. */
export const falterAfter = (words: string): ScriptedStream =>
  stream(text(words), { pauseMs: 10 * 60 * 1000 });

/** An answer that the service breaks off. */
export const breaksOff: ScriptedStream = stream(text("It is "), exception("internalServerException", "oh"));

/** To a conversation that has outgrown the model. */
export const tooLong: ScriptedAnswer = refusal(
  400,
  "ValidationException",
  "Input is too long.",
  "CONTENT_LENGTH_EXCEEDS_THRESHOLD",
);

/** For an hour. */
export const usedUp: ScriptedAnswer = refusal(429, "ThrottlingException", "60-minute credit limit exceeded");

/** For a moment only. */
export const throttled: ScriptedAnswer = refusal(429, "ThrottlingException", "Too many requests.");

const inPieces = (words: string): string[] => words.match(/.{1,9}/gsu) ?? [];
