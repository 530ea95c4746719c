import type { TurnEvent } from "../../turn/events.ts";
import { createJsonOutline, type JsonOutline } from "./json-outline.ts";
import { createToolIds, ofNoTool, type ToolUse } from "./tool-ids.ts";
import { createUnwrappedArguments, type UnwrappedArguments } from "./unwrapped-arguments.ts";

interface Call {
  id: string;
  name: string;
  outline: JsonOutline;
  unwrapped: UnwrappedArguments;
  /** Input that waits while another call is open. */
  held: string;
  stopped: boolean;
}

export interface ToolCalls {
  push(use: ToolUse): void;
  /** Closes the calls that the end of the answer leaves open, up to one whose JSON is incomplete. */
  end(): void;
  /** Passes on what is held and leaves the open call open, for an answer that was cut. */
  cut(): void;
  readonly isOpen: boolean;
  readonly count: number;
  /** True when some call's arguments are not a JSON object (contract 3.4, rule 4); such a call has no end. */
  readonly isBroken: boolean;
  /** True when calls were interleaved or went on after their end. */
  readonly isOutOfOrder: boolean;
}

/**
 * Puts tool fragments in order: calls come out one after another, each as it arrives. A call that starts while
 * another is open waits for it; a finished call that is sent again is dropped (contract 3.4, rules 1 to 5).
 */
export function createToolCalls(
  toolNames: ReadonlyMap<string, string>,
  emit: (event: TurnEvent) => void,
): ToolCalls {
  const calls = new Map<string, Call>();
  const waiting: Call[] = [];
  const ids = createToolIds();
  let open: Call | undefined;
  let broken = false;
  let outOfOrder = false;

  const begin = (call: Call) => {
    open = call;
    emit({ type: "tool-call-start", id: call.id, name: toolNames.get(call.name) ?? call.name });
    proceed(call, call.held);
    call.held = "";
  };

  const proceed = (call: Call, json: string) => {
    pass(call.unwrapped.push(json));
    if (call.stopped) finish(call);
  };

  const pass = (json: string) => {
    if (json) emit({ type: "tool-call-delta", json });
  };

  const finish = (call: Call) => {
    const { isEmpty, isObject } = call.outline;
    pass(isEmpty ? "{}" : call.unwrapped.rest());
    if (isEmpty || isObject) emit({ type: "tool-call-end" });
    else broken = true;
    open = undefined;
    const following = waiting.shift();
    if (following) begin(following);
  };

  const cut = () => {
    if (open) pass(open.unwrapped.rest());
  };

  const find = ({ id, name }: ToolUse): Call => {
    const known = calls.get(id);
    if (known) return known;
    if (!name) throw ofNoTool();
    const call = {
      id,
      name,
      outline: createJsonOutline(),
      unwrapped: createUnwrappedArguments(),
      held: "",
      stopped: false,
    };
    calls.set(id, call);
    if (open) waiting.push(call);
    return call;
  };

  return {
    push(fragment) {
      const use = ids.identify(fragment, open, calls);
      outOfOrder ||= !use;
      if (!use) return;
      const call = find(use);
      if (call.stopped || (open && call !== open)) outOfOrder = true;
      if (call.stopped) return;
      call.outline.push(use.input);
      call.stopped = use.stop;
      if (call === open) return proceed(call, use.input);
      call.held += use.input;
      if (!open) begin(call);
    },
    end() {
      if (ids.isWaiting) throw ofNoTool();
      while (open) {
        if (!open.outline.isObject) {
          broken = true;
          return cut();
        }
        finish(open);
      }
    },
    cut,
    get isOpen() {
      return open !== undefined || ids.isWaiting;
    },
    get count() {
      return calls.size;
    },
    get isBroken() {
      return broken;
    },
    get isOutOfOrder() {
      return outOfOrder;
    },
  };
}
