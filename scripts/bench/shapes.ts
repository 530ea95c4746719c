/** A load: which answer the upstream gives, to what request, and how many clients ask for it at once. */
export interface Shape {
  name: string;
  /** Pieces of text in one answer. */
  events: number;
  streams: number;
  /** Between two events; without it an answer comes as fast as it is taken. */
  paceMs?: number;
  /** Before the question; 40 tools come with it. */
  historyMb: number;
  /** Each event tells when it was sent. */
  isStamped?: true;
}

export const shapes: readonly Shape[] = [
  { name: "burst", events: 2000, streams: 1, historyMb: 0 },
  { name: "burst-16", events: 2000, streams: 16, historyMb: 0 },
  { name: "paced", events: 200, streams: 16, paceMs: 2, historyMb: 0 },
  { name: "short", events: 10, streams: 1, historyMb: 0 },
  { name: "big-request", events: 10, streams: 1, historyMb: 1 },
];

/** Measured in a way of its own: see open-streams.ts. */
export const openStreams: Shape = {
  name: "open-streams",
  events: 60,
  streams: 1000,
  paceMs: 100,
  historyMb: 0,
  isStamped: true,
};

export const findShape = (name: string | undefined): Shape => {
  const shape = [...shapes, openStreams].find((candidate) => candidate.name === name);
  if (!shape) throw new Error(`No shape is called ${name}.`);
  return shape;
};

export const describeShape = ({ name, events, streams, paceMs, historyMb }: Shape): string => {
  const pace = paceMs === undefined ? "as fast as taken" : `one every ${paceMs} ms`;
  const size = historyMb > 0 ? `${historyMb} MB of history and 40 tools, then ` : "";
  return `${name}: ${size}${events} events an answer, ${pace}, ${streams} at once`;
};
