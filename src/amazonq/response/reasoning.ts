import type { TurnEvent } from "../../turn/events.ts";
import { hiddenThinking, type ReasoningScope, sealReasoning, sealRedacted } from "../reasoning-seal.ts";

export interface Reasoning {
  push(event: { text: string; signature: string; redacted: string }): void;
  /** Closes the open run of reasoning, if any. */
  end(): void;
  /** Whether the open run has no signature yet; a model that signs its reasoning ends no run without one. */
  readonly isUnproven: boolean;
}

/**
 * Runs of reasoning, each closed by its sealed signature, which may itself come in pieces. What GPT models send in place
 * of theirs is not shown: the signature then is the reasoning and travels as redacted (contract 3.3).
 */
export function createReasoning(scope: ReasoningScope, emit: (event: TurnEvent) => void): Reasoning {
  let pieces: string[] = [];
  let signature = "";
  /** Whether the run so far may still turn out to be nothing but the marker of hidden thinking. */
  let isHeld = true;

  const end = () => {
    if (pieces.length === 0 && signature === "") return;
    const run = { ...scope, text: pieces.join(""), signature };
    if (run.text === hiddenThinking && signature) {
      emit({ type: "redacted-reasoning", data: sealReasoning(run) });
    } else {
      if (isHeld && run.text) emit({ type: "reasoning-delta", text: run.text });
      emit({ type: "reasoning-end", signature: signature && sealReasoning(run) });
    }
    pieces = [];
    signature = "";
    isHeld = true;
  };

  const say = (text: string) => {
    pieces.push(text);
    if (!isHeld) return emit({ type: "reasoning-delta", text });
    const held = pieces.join("");
    if (hiddenThinking.startsWith(held)) return;
    isHeld = false;
    emit({ type: "reasoning-delta", text: held });
  };

  return {
    end,
    get isUnproven() {
      return pieces.length > 0 && signature === "";
    },
    push(event) {
      if (event.text && signature) end();
      if (event.text) say(event.text);
      signature += event.signature;
      if (!event.redacted) return;
      end();
      emit({ type: "redacted-reasoning", data: sealRedacted(event.redacted, scope) });
    },
  };
}
