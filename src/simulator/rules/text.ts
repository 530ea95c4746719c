import { asObjects, asText } from "../narrow.ts";
import { exceeds, isBlank } from "./measure.ts";
import type { Rule } from "./rule.ts";
import type { RequestView } from "./view.ts";

const longest = { user: 600_000, assistant: 100_000, toolResult: 800_000 } as const;

export const textRules: readonly Rule[] = [
  {
    rule: "R15",
    level: "official",
    check({ current }, report) {
      if (current && current.results.length === 0 && isBlank(current.content))
        report(`${current.path}.content`, "must not be blank without tool results");
    },
  },
  {
    rule: "R16",
    level: "paranoid",
    check({ turns }, report) {
      for (const turn of turns) {
        if (turn.role === "user" && turn.results.length > 0 && isBlank(turn.content))
          report(`${turn.path}.content`, "must not be blank beside tool results");
      }
    },
  },
  {
    rule: "R17",
    level: "strict",
    check({ history }, report) {
      for (const turn of history) {
        if (turn.role === "user" && turn.results.length === 0 && isBlank(turn.content))
          report(`${turn.path}.content`, "must not be blank without tool results");
      }
    },
  },
  {
    rule: "R18",
    level: "paranoid",
    check({ history }, report) {
      for (const turn of history) {
        if (turn.role === "assistant" && turn.uses.length > 0 && isBlank(turn.content))
          report(`${turn.path}.content`, "must not be blank beside tool uses");
      }
    },
  },
  {
    rule: "R19",
    level: "strict",
    check({ history }, report) {
      for (const turn of history) {
        if (turn.role === "assistant" && turn.uses.length === 0 && isBlank(turn.content))
          report(`${turn.path}.content`, "must not be blank without tool uses");
      }
    },
  },
  {
    rule: "R20",
    level: "model",
    check({ turns }, report) {
      for (const turn of turns) {
        if (exceeds(turn.content, longest[turn.role]))
          report(`${turn.path}.content`, `must have at most ${longest[turn.role]} characters`);
      }
    },
  },
  {
    rule: "R20",
    level: "model",
    check: (request, report) =>
      forEachResultText(request, (text, path) => {
        if (exceeds(text, longest.toolResult))
          report(path(), `must have at most ${longest.toolResult} characters`);
      }),
  },
  {
    rule: "R21",
    level: "strict",
    check: (request, report) =>
      forEachText(request, (text, path) => {
        if (!text.isWellFormed()) report(path(), "must not have lone surrogates");
      }),
  },
  {
    rule: "R21",
    level: "paranoid",
    check: (request, report) =>
      forEachText(request, (text, path) => {
        if (text.includes("\0")) report(path(), "must not have the character NUL");
      }),
  },
];

type VisitText = (text: string, path: () => string) => void;

function forEachText(request: RequestView, visit: VisitText): void {
  for (const turn of request.turns) visit(turn.content, () => `${turn.path}.content`);
  for (const tool of request.tools) visit(tool.description, () => `${tool.path}.description`);
  forEachResultText(request, visit);
}

function forEachResultText({ turns }: RequestView, visit: VisitText): void {
  for (const turn of turns) {
    if (turn.role === "assistant") continue;
    for (const [index, result] of turn.results.entries()) {
      const path = () => `${turn.path}.userInputMessageContext.toolResults[${index}].content`;
      for (const block of asObjects(result["content"])) visit(asText(block["text"]), path);
    }
  }
}
