import { asObjects, asText } from "../narrow.ts";
import { exceeds, isBlank } from "./measure.ts";
import { type Report, type Rule, rule } from "./rule.ts";
import type { RequestView, Turn } from "./view.ts";

const longest = { user: 600_000, assistant: 100_000, toolResult: 800_000 } as const;

export const textRules: readonly Rule[] = [
  rule("R15", "official", ({ current }, report) => {
    const judged = current && current.results.length === 0 ? [current] : [];
    refuseBlank(judged, "without tool results", report);
  }),
  rule("R16", "paranoid", ({ turns }, report) => {
    const judged = turns.filter(({ results }) => results.length > 0);
    refuseBlank(judged, "beside tool results", report);
  }),
  rule("R17", "strict", ({ history }, report) => {
    const judged = history.filter(({ role, results }) => role === "user" && results.length === 0);
    refuseBlank(judged, "without tool results", report);
  }),
  rule("R18", "paranoid", ({ history }, report) => {
    const judged = history.filter(({ uses }) => uses.length > 0);
    refuseBlank(judged, "beside tool uses", report);
  }),
  rule("R19", "strict", ({ history }, report) => {
    const judged = history.filter(({ role, uses }) => role === "assistant" && uses.length === 0);
    refuseBlank(judged, "without tool uses", report);
  }),
  rule("R20", "model", ({ turns }, report) => {
    for (const { path, role, content } of turns)
      if (exceeds(content, longest[role]))
        report(`${path}.content`, `must have at most ${longest[role]} characters`);
  }),
  rule("R20", "model", (request, report) => {
    for (const { path, text } of resultTexts(request))
      if (exceeds(text, longest.toolResult))
        report(path, `must have at most ${longest.toolResult} characters`);
  }),
  rule("R21", "strict", (request, report) => {
    for (const { path, text } of allTexts(request))
      if (!text.isWellFormed()) report(path, "must not have lone surrogates");
  }),
  rule("R21", "paranoid", (request, report) => {
    for (const { path, text } of allTexts(request))
      if (text.includes("\0")) report(path, "must not have the character NUL");
  }),
];

function refuseBlank(turns: readonly Turn[], where: string, report: Report): void {
  for (const { path, content } of turns)
    if (isBlank(content)) report(`${path}.content`, `must not be blank ${where}`);
}

interface PlacedText {
  path: string;
  text: string;
}

const allTexts = (request: RequestView): PlacedText[] => [
  ...request.turns.map(({ path, content }) => ({ path: `${path}.content`, text: content })),
  ...request.tools.map(({ path, description }) => ({ path: `${path}.description`, text: description })),
  ...resultTexts(request),
];

const resultTexts = ({ turns }: RequestView): PlacedText[] =>
  turns
    .flatMap(({ results }) => results)
    .flatMap(({ path, json }) =>
      asObjects(json["content"]).map((block) => ({ path: `${path}.content`, text: asText(block["text"]) })),
    );
