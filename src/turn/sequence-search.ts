/** Looks for sequences in a text that comes in pieces. */
export interface SequenceSearch {
  /** The sequence that is complete first, the longest of those that end there, and where in the piece it ends. */
  find(piece: string): { sequence: string; end: number } | undefined;
  /** The length of the text's end that could still become a sequence. */
  begun(): number;
  /** Forgets the text so far. */
  restart(): void;
}

/** The longest end of a text that is the beginning of a sequence. */
interface State {
  /** By the code of the next letter. */
  next: Map<number, State>;
  /** For other letters: the longest proper end of this that is a beginning too. */
  fallback?: State;
  length: number;
  /** The longest sequence that ends here. */
  complete?: string;
}

/** Looks at each letter once, however many sequences there are (the automaton of Aho and Corasick). */
export function sequenceSearch(sequences: readonly string[]): SequenceSearch {
  const root = automaton(sequences);
  let state = root;

  return {
    find(piece) {
      for (let index = 0; index < piece.length; index++) {
        state = after(state, piece.charCodeAt(index), root);
        if (state.complete !== undefined) return { sequence: state.complete, end: index + 1 };
      }
      return undefined;
    },
    begun: () => state.length,
    restart() {
      state = root;
    },
  };
}

function automaton(sequences: readonly string[]): State {
  const root: State = { next: new Map(), length: 0 };
  for (const sequence of sequences) lastOf(root, sequence).complete = sequence;
  const states = [root];
  // Shorter ones first, since longer ones fall back to them; the list grows on the way.
  for (const state of states) {
    for (const [code, longer] of state.next) {
      const fallback = state.fallback ? after(state.fallback, code, root) : root;
      longer.fallback = fallback;
      if (fallback.complete !== undefined) longer.complete ??= fallback.complete;
      states.push(longer);
    }
  }
  return root;
}

/** Adds the states of a sequence and returns the last. */
function lastOf(root: State, sequence: string): State {
  let state = root;
  for (let index = 0; index < sequence.length; index++) {
    const code = sequence.charCodeAt(index);
    const next = state.next.get(code) ?? { next: new Map(), length: index + 1 };
    state.next.set(code, next);
    state = next;
  }
  return state;
}

function after(state: State, code: number, root: State): State {
  for (let from: State | undefined = state; from; from = from.fallback) {
    const next = from.next.get(code);
    if (next) return next;
  }
  return root;
}
