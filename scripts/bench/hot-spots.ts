import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { table } from "./table.ts";

/** What is read of a `.cpuprofile`; times are in µs, the first since the epoch. */
const CpuProfile = Type.Object({
  startTime: Type.Number(),
  samples: Type.Array(Type.Number()),
  timeDeltas: Type.Array(Type.Number()),
  nodes: Type.Array(
    Type.Object({
      id: Type.Number(),
      callFrame: Type.Object({
        functionName: Type.String(),
        url: Type.String(),
        lineNumber: Type.Number(),
      }),
      children: Type.Optional(Type.Array(Type.Number())),
    }),
  ),
});
type ProfileNode = Static<typeof CpuProfile>["nodes"][number];

/** Samples in which a place was at the top of the stack, and in which it was anywhere on it. */
interface Heat {
  self: number;
  total: number;
}

/** To a file counts what the runtime does on its behalf; among the functions that stands apart. */
export interface HotSpots {
  samples: number;
  functions: ReadonlyMap<string, Heat>;
  files: ReadonlyMap<string, Heat>;
}

/** Where a process was between two moments, in ms since the epoch. Samples are counted, since the time between two of them may be idle. */
export function hotSpots(profile: unknown, { from, to }: { from: number; to: number }): HotSpots {
  if (!Value.Check(CpuProfile, profile)) throw new Error("This is no CPU profile.");
  const paths = stacks(profile.nodes);
  const functions = new Map<string, Heat>();
  const files = new Map<string, Heat>();
  let samples = 0;
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    const stack = paths.get(id);
    if (!stack || at < from * 1000 || at > to * 1000) continue;
    samples++;
    const owner = stack.findIndex(isOurs);
    const ours = owner < 0 ? stack : stack.slice(owner);
    count(files, ours.map(fileOf));
    count(functions, [...(owner > 0 ? [builtIn(stack, owner)] : []), ...ours.map(functionOf)]);
  }
  return { samples, functions, files };
}

/** From each node up to the root. */
function stacks(nodes: readonly ProfileNode[]): ReadonlyMap<number, readonly ProfileNode[]> {
  const parents = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const stackOf = (node: ProfileNode): ProfileNode[] => {
    const stack: ProfileNode[] = [];
    for (let at: ProfileNode | undefined = node; at; at = parents.get(at.id)) stack.push(at);
    return stack;
  };
  return new Map(nodes.map((node) => [node.id, stackOf(node)]));
}

function count(heats: Map<string, Heat>, [top, ...rest]: readonly string[]): void {
  for (const place of new Set(top === undefined ? [] : [top, ...rest])) {
    const heat = heats.get(place) ?? { self: 0, total: 0 };
    heat.total++;
    if (place === top) heat.self++;
    heats.set(place, heat);
  }
}

const pathOf = ({ callFrame: { url } }: ProfileNode): string | undefined =>
  /\b(?:src|scripts|node_modules)\/.*/.exec(url)?.[0];
const isOurs = (node: ProfileNode): boolean => pathOf(node) !== undefined;
const fileOf = (node: ProfileNode): string => pathOf(node) ?? "the runtime";
const nameOf = ({ callFrame: { functionName } }: ProfileNode): string => functionName || "(anonymous)";

function functionOf(node: ProfileNode): string {
  const { lineNumber } = node.callFrame;
  return `${nameOf(node)}  ${fileOf(node)}${isOurs(node) && lineNumber > 0 ? `:${lineNumber + 1}` : ""}`;
}

/** What the runtime does at the top of the stack, and for whom. */
const builtIn = ([top, ...callers]: readonly ProfileNode[], owner: number): string => {
  const caller = callers[owner - 1];
  return `${top ? nameOf(top) : ""}, called by ${caller ? functionOf(caller) : ""}`;
};

export function describeHotSpots({ samples, functions, files }: HotSpots, most: number): string {
  const share = (value: number) => `${((value / samples) * 100).toFixed(1)}%`;
  const rows = (heats: ReadonlyMap<string, Heat>) =>
    [...heats]
      .toSorted(([, a], [, b]) => b.self - a.self)
      .slice(0, most)
      .map(([place, { self, total }]) => [place, share(self), share(total)]);
  return `${table([["file", "self", "total"], ...rows(files)])}\n${table([["function", "self", "total"], ...rows(functions)])}`;
}
