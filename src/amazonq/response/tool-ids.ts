import { damaged } from "../../eventstream/damaged.ts";

/** A fragment of a tool call. */
export interface ToolUse {
  /** Empty if the fragment continues the open call, or begins a call whose id comes later. */
  id: string;
  name: string;
  input: string;
  stop: boolean;
}

export interface ToolIds {
  /** The fragment with the id of its call; undefined while that is unknown, and for a stop after all calls. */
  identify(
    use: ToolUse,
    open: Pick<ToolUse, "id" | "name"> | undefined,
    known: ReadonlyMap<string, unknown>,
  ): ToolUse | undefined;
  /** Whether a call has begun whose id is still unknown. */
  readonly isWaiting: boolean;
}

/** Finds the call of fragments that do not name it (contract 3.4, rule 3). */
export function createToolIds(): ToolIds {
  let begun: ToolUse | undefined;

  const goOn = (joined: ToolUse): ToolUse | undefined => {
    begun = joined.id ? undefined : joined;
    return begun ? undefined : joined;
  };

  return {
    identify(use, open, known) {
      if (begun && !known.has(use.id)) return goOn(joinedWith(begun, use));
      if (use.id) return use;
      if (open && isOf(open, use)) return { ...use, id: open.id };
      if (use.name) begun = use;
      else if (use.input || known.size === 0) throw ofNoTool();
      return undefined;
    },
    get isWaiting() {
      return begun !== undefined;
    },
  };
}

const isOf = ({ name }: Pick<ToolUse, "name">, use: ToolUse): boolean => !use.name || use.name === name;

/** The beginning of a call joined with the next fragment, which has the id or lacks it too. */
function joinedWith(first: ToolUse, next: ToolUse): ToolUse {
  if (!isOf(first, next)) throw ofNoTool();
  if (first.stop) return { ...first, id: next.id };
  return { ...next, name: first.name, input: first.input + next.input };
}

export const ofNoTool = () => damaged("tool fragment without a tool");
