import { BridgeError } from "../errors.ts";
import type { TurnEnd, TurnEvent } from "./events.ts";
import type { TurnReader } from "./reader.ts";
import { type SearchOutcome, searchFailed } from "./web-search.ts";

export type TurnPart =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string; signature: string }
  | { type: "redacted-reasoning"; data: string }
  | CollectedCall
  | CollectedSearch;

export interface CollectedCall {
  type: "tool-call";
  id: string;
  name: string;
  /** The arguments' text, which need not be valid JSON. */
  json: string;
  /** False when the arguments are not a JSON object, because they were cut or written that way. */
  isWhole: boolean;
}

export interface CollectedSearch {
  type: "search";
  id: string;
  query: string;
  outcome: SearchOutcome;
}

/** A complete answer, its parts in the order in which they began. */
export interface Turn {
  parts: readonly TurnPart[];
  end: TurnEnd;
}

/** Folds a turn into the complete answer, or rejects with the failure that ended it. */
export async function collectTurn(turn: TurnReader): Promise<Turn> {
  const fold = turnFold();
  for (let batch = await turn.read(); batch; batch = await turn.read()) {
    for (const event of batch) fold.push(event);
  }
  return fold.result();
}

/** Joins events into the parts of an answer. */
export interface TurnFold {
  push(event: TurnEvent): void;
  readonly parts: readonly TurnPart[];
  result(): Turn;
}

export function turnFold(): TurnFold {
  const parts: TurnPart[] = [];
  let end: TurnEnd | undefined;

  return {
    parts,
    push(event) {
      const last = parts.at(-1);
      switch (event.type) {
        case "text-delta":
          if (last?.type === "text") last.text += event.text;
          else parts.push({ type: "text", text: event.text });
          return;
        case "reasoning-delta":
          if (last?.type === "reasoning" && !last.signature) last.text += event.text;
          else parts.push({ type: "reasoning", text: event.text, signature: "" });
          return;
        case "reasoning-end":
          if (last?.type === "reasoning") last.signature = event.signature;
          else parts.push({ type: "reasoning", text: "", signature: event.signature });
          return;
        case "redacted-reasoning":
          parts.push({ type: "redacted-reasoning", data: event.data });
          return;
        case "tool-call-start":
          parts.push({ type: "tool-call", id: event.id, name: event.name, json: "", isWhole: false });
          return;
        case "tool-call-delta":
          if (last?.type === "tool-call") last.json += event.json;
          return;
        case "tool-call-end":
          if (last?.type === "tool-call") last.isWhole = true;
          return;
        case "search-call":
          parts.push({ ...event, type: "search", outcome: searchFailed("unavailable") });
          return;
        case "search-result":
          if (last?.type === "search") last.outcome = event.outcome;
          return;
        case "turn-end":
          end = event;
          return;
        case "turn-error":
          throw event.error;
        default:
          event satisfies never;
      }
    },
    result() {
      if (!end) throw new BridgeError("internal", "The answer broke off; send the request again.");
      return { parts, end };
    },
  };
}
