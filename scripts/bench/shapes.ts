/** A load: which answer the upstream gives, to what request, and how many clients ask for it at once. */
export interface Shape {
  name: string;
  /** Pieces of text in one answer. */
  events: number;
  streams: number;
  /** Between two events; without it an answer comes as fast as it is taken. */
  paceMs?: number;
  request: "small" | "big";
}

export const shapes: readonly Shape[] = [
  { name: "burst", events: 2000, streams: 1, request: "small" },
  { name: "burst-16", events: 2000, streams: 16, request: "small" },
  { name: "paced", events: 200, streams: 16, paceMs: 2, request: "small" },
  { name: "short", events: 10, streams: 1, request: "small" },
  { name: "big-request", events: 10, streams: 1, request: "big" },
];

export const findShape = (name: string | undefined): Shape => {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (!shape) throw new Error(`No shape is called ${name}.`);
  return shape;
};

export const describeShape = ({ name, events, streams, paceMs, request }: Shape): string => {
  const pace = paceMs === undefined ? "as fast as taken" : `one every ${paceMs} ms`;
  const size = request === "big" ? "1 MB of history and 40 tools, then " : "";
  return `${name}: ${size}${events} events an answer, ${pace}, ${streams} at once`;
};
