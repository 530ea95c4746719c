import { BridgeError } from "../errors.ts";
import type { TurnEnd, TurnEvent, TurnStream } from "./events.ts";

export type TurnPart =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string; signature: string }
  | { type: "redacted-reasoning"; data: string }
  | CollectedCall;

export interface CollectedCall {
  type: "tool-call";
  id: string;
  name: string;
  /** The arguments' text, which need not be valid JSON. */
  json: string;
  /** False when the answer ended inside the call. */
  isWhole: boolean;
}

/** A whole answer: its parts in the order they began. */
export interface Turn {
  parts: readonly TurnPart[];
  end: TurnEnd;
}

/** Folds a stream to the whole answer, or rejects with the failure that ended it. */
export async function collectTurn(stream: TurnStream): Promise<Turn> {
  const fold = createFold();
  for await (const batch of stream) {
    for (const event of batch) fold.push(event);
  }
  return fold.result();
}

function createFold() {
  const parts: TurnPart[] = [];
  let end: TurnEnd | undefined;

  return {
    push(event: TurnEvent) {
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
        case "turn-end":
          end = event;
          return;
        case "turn-error":
          throw event.error;
        default:
          event satisfies never;
      }
    },
    result(): Turn {
      if (!end)
        throw new BridgeError("internal", "The answer ended without an ending; send the request again.");
      return { parts, end };
    },
  };
}
