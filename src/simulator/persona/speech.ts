import { type Random, randomText } from "../random.ts";
import type { ScriptedStep } from "../script.ts";

/** How the persona talks. */
export interface Voice {
  /** Silence after every few words, in milliseconds; 0 for none. */
  paceMs: number;
  random: Random;
}

export const say = (markdown: string, { paceMs }: Voice): ScriptedStep[] =>
  afterPauses(
    paceMs,
    breathe(markdown).map((content) => ({ type: "assistantResponseEvent", payload: { content } })),
  );

/** Thoughts and the proof that they were thought here, which comes in two halves. */
export function think(thoughts: string, { paceMs, random }: Voice): ScriptedStep[] {
  const signature = Buffer.from(random(96)).toString("base64");
  return afterPauses(
    paceMs,
    [
      ...breathe(thoughts).map((text) => ({ text })),
      { signature: signature.slice(0, 64) },
      { signature: signature.slice(64) },
    ].map((payload) => ({ type: "reasoningContentEvent", payload })),
  );
}

/** A call as the service streams one: its name first, then its input as pieces of JSON text, then its end. */
export function callTool(name: string, input: unknown, { paceMs, random }: Voice): ScriptedStep[] {
  const call = { toolUseId: `tooluse_${randomText(random, 16)}`, name };
  const fragments = JSON.stringify(input).match(/.{1,12}/gs) ?? [];
  return afterPauses(
    paceMs,
    [{}, ...fragments.map((fragment) => ({ input: fragment })), { stop: true }].map((more) => ({
      type: "toolUseEvent",
      payload: { ...call, ...more },
    })),
  );
}

const charactersOfWindow = 800_000;

/** `characters` is what went in. */
export const finish = (stopReason: "END_TURN" | "TOOL_USE", characters: number): ScriptedStep[] => [
  {
    type: "meteringEvent",
    payload: { usage: 0.01 + characters / 10_000_000, unit: "credit", unitPlural: "credits" },
  },
  {
    type: "contextUsageEvent",
    payload: { contextUsagePercentage: Math.min(100, (characters / charactersOfWindow) * 100) },
  },
  { type: "metadataEvent", payload: { stopReason } },
];

/** The text in pieces of up to three words, spaces and all. */
const breathe = (text: string): string[] => text.match(/\s*(?:\S+\s*){1,3}/g) ?? [];

const afterPauses = (pauseMs: number, events: readonly ScriptedStep[]): ScriptedStep[] =>
  pauseMs === 0 ? [...events] : events.flatMap((event) => [{ pauseMs }, event]);
