import { eachOf, run, type Sink, type Stage } from "../stream/stage.ts";
import type { TurnEvent } from "./events.ts";

/**
 * The same stage, except that consecutive pieces of one text which a single input brings leave as one piece. Nobody can
 * tell where such a text was cut, and taking each piece through the stages that follow took a fifth of a burst's time
 * (measured).
 */
export const joiningPieces =
  <In>(stage: Stage<In, TurnEvent>): Stage<In, TurnEvent> =>
  (next) => {
    const joint = joiner(next);
    const sink = stage(joint);
    /** What came before a failure is still passed on. */
    const flushingAfter = (work: () => void) => {
      try {
        work();
      } finally {
        joint.flush();
      }
    };
    return {
      push: (input) => flushingAfter(() => sink.push(input)),
      end: () => flushingAfter(sink.end),
    };
  };

/** The same events, with consecutive pieces of one text as one piece. */
export const joinPieces = (events: readonly TurnEvent[]): readonly TurnEvent[] =>
  run(joiningPieces(eachOf<TurnEvent>), [events]);

function joiner(next: Sink<TurnEvent>): Sink<TurnEvent> & { flush(): void } {
  let first: TurnEvent | undefined;
  let text = "";

  const flush = () => {
    if (!first) return;
    const whole = withText(first, text);
    first = undefined;
    next.push(whole);
  };

  return {
    flush,
    push(event) {
      const piece = textOf(event);
      if (piece === undefined) {
        flush();
        next.push(event);
      } else if (first?.type === event.type) {
        text += piece;
      } else {
        flush();
        first = event;
        text = piece;
      }
    },
    end() {
      flush();
      next.end();
    },
  };
}

function textOf(event: TurnEvent): string | undefined {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text;
    case "tool-call-delta":
      return event.json;
  }
  return undefined;
}

function withText(event: TurnEvent, text: string): TurnEvent {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return { type: event.type, text };
    case "tool-call-delta":
      return { type: event.type, json: text };
  }
  return event;
}
