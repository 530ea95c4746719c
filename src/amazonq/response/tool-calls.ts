import { damaged } from "../../eventstream/damaged.ts";
import { parseJsonObject } from "../../json.ts";
import type { TurnEvent } from "../../turn/events.ts";

export interface ToolUse {
  /** Empty in a fragment that continues the open call. */
  id: string;
  name: string;
  input: string;
  stop: boolean;
}

interface Call {
  id: string;
  name: string;
  json: string;
  stopped: boolean;
}

export interface ToolCalls {
  push(use: ToolUse): void;
  /** Closes what the end of the answer leaves open; a call whose JSON is not whole stays without an end. */
  end(): void;
  readonly isOpen: boolean;
  readonly count: number;
  /** True when some call's arguments are not a JSON object: the model's output was cut (contract 3.4). */
  readonly isCut: boolean;
  /** True when calls were mixed with each other, or went on after their end. */
  readonly isOutOfOrder: boolean;
}

/**
 * Puts tool fragments in order: calls come out one after the other, each as it arrives. A call that starts while
 * another is open waits for it, a finished call that is sent again is dropped (contract 3.4, rules 1 to 5).
 */
export function createToolCalls(
  toolNames: ReadonlyMap<string, string>,
  emit: (event: TurnEvent) => void,
): ToolCalls {
  const calls = new Map<string, Call>();
  const waiting: Call[] = [];
  let open: Call | undefined;
  let cut = false;
  let outOfOrder = false;

  const begin = (call: Call) => {
    open = call;
    emit({ type: "tool-call-start", id: call.id, name: toolNames.get(call.name) ?? call.name });
    if (call.json) emit({ type: "tool-call-delta", json: call.json });
    if (call.stopped) finish(call);
  };

  const finish = (call: Call) => {
    if (!call.json) emit({ type: "tool-call-delta", json: "{}" });
    else if (!parseJsonObject(call.json)) cut = true;
    emit({ type: "tool-call-end" });
    open = undefined;
    const following = waiting.shift();
    if (following) begin(following);
  };

  const find = ({ id, name }: ToolUse): Call => {
    const known = id ? calls.get(id) : open;
    if (known) return known;
    if (!id || !name) throw damaged("tool fragment without a tool");
    const call = { id, name, json: "", stopped: false };
    calls.set(id, call);
    if (open) waiting.push(call);
    return call;
  };

  return {
    push(use) {
      const call = find(use);
      if (call.stopped || (open && call !== open)) outOfOrder = true;
      if (call.stopped) return;
      const isNew = !open && call.json === "";
      call.json += use.input;
      call.stopped = use.stop;
      if (isNew) return begin(call);
      if (call !== open) return;
      if (use.input) emit({ type: "tool-call-delta", json: use.input });
      if (use.stop) finish(call);
    },
    end() {
      while (open) {
        if (!parseJsonObject(open.json)) {
          cut = true;
          return;
        }
        finish(open);
      }
    },
    get isOpen() {
      return open !== undefined;
    },
    get count() {
      return calls.size;
    },
    get isCut() {
      return cut;
    },
    get isOutOfOrder() {
      return outOfOrder;
    },
  };
}
