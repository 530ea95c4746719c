/** Ways in which the upstream breaks an answer off. */
export const faults = ["status-500", "status-429", "exception", "reset", "cut", "damage"] as const;
export type Fault = (typeof faults)[number];

/** What a client asks the upstream for, in the text of its prompt: the upstream keeps no script of its own. */
export interface Plan {
  /** Pieces of the answer. */
  events: number;
  /** Between two of them, each then stamped with its time; without it they come as fast as they are taken. */
  gapMs?: number;
  /** As the input of one tool call, a piece being a fragment of so many characters; as text without it. */
  fragment?: number;
  fault?: Fault;
  /** Pieces before the fault. */
  faultAt?: number;
}

/** Letters that JSON leaves alone. */
export const writePlan = ({ events, gapMs, fragment, fault, faultAt }: Plan): string =>
  `soak(${[events, gapMs, fragment, fault, faultAt].join(":")})`;

const written = /soak\((\d+):(\d*):(\d*):([a-z\d-]*):(\d*)\)/;

/** The plan anywhere in a text; undefined where there is none. */
export function readPlan(text: string): Plan | undefined {
  const found = written.exec(text);
  if (!found) return undefined;
  const [, events, gapMs, fragment, name, faultAt] = found;
  const fault = faults.find((each) => each === name);
  return {
    events: Number(events),
    ...(gapMs && { gapMs: Number(gapMs) }),
    ...(fragment && { fragment: Number(fragment) }),
    ...(fault && { fault }),
    ...(faultAt && { faultAt: Number(faultAt) }),
  };
}
