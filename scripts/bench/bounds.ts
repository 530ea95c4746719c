import type { BinarySize } from "./binaries.ts";
import type { Footprint } from "./footprint.ts";
import type { LoadResult, ShapeResult } from "./load.ts";
import type { OpenStreamsResult } from "./open-streams.ts";
import type { Growth } from "./stages/growth.ts";
import { median, ratio } from "./statistics.ts";

/** Whatever was measured. */
export interface Measured {
  binary: BinarySize;
  loads: Readonly<Record<string, ShapeResult>>;
  openStreams?: readonly OpenStreamsResult[];
  footprints?: readonly Footprint[];
  growth?: Growth;
}

/** What the bridge may cost at most, and what it costs. */
export interface Bound {
  name: string;
  most: number;
  unit: string;
  value: number;
}

const protocols = ["anthropic", "openai", "responses"] as const;
const none = "";

/** The bounds of which the figures were measured. */
export const bounds = (measured: Measured): Bound[] => [
  ...cpuBounds(measured),
  ...latencyBounds(measured),
  ...(measured.growth ? growthBounds(measured.growth) : []),
  ...(measured.openStreams ? openBounds(measured.openStreams) : []),
  ...(measured.footprints ? footprintBounds(measured.footprints) : []),
  { name: "binary over the bare runtime", most: 8, unit: " MB", value: overRuntimeMb(measured.binary) },
];

/** In terms of the bare translator's CPU time. */
const cpuLimits = [
  { shape: "burst", most: 1.5, what: "CPU per event" },
  { shape: "burst-16", most: 1.5, what: "CPU per event" },
  { shape: "paced", most: 1.25, what: "CPU per event" },
  { shape: "short", most: 1.5, what: "CPU per request" },
] as const;

const cpuBounds = ({ loads }: Measured): Bound[] =>
  cpuLimits.flatMap(({ shape, most, what }) =>
    [...protocols, "anthropic, logs"].flatMap((protocol) => {
      const bridge = subject(loads[shape], `bridge, ${protocol}`)?.cpuMicrosPerEvent.values;
      const bare = subject(loads[shape], "bare translator")?.cpuMicrosPerEvent.values;
      if (!bridge || !bare) return [];
      const name = `${shape}, ${protocol}: ${what} / bare translator`;
      return { name, most, unit: none, value: ratio(bridge, bare).median };
    }),
  );

const latencyBounds = ({ loads }: Measured): Bound[] =>
  ["short", "burst"].flatMap((shape) =>
    protocols.flatMap((protocol) => {
      const bridge = subject(loads[shape], `bridge, ${protocol}`);
      const passThrough = subject(loads[shape], "pass-through");
      if (!bridge || !passThrough) return [];
      const name = `${shape}, ${protocol}: first event p50 over the pass-through's`;
      return { name, most: 1, unit: " ms", value: bridge.firstEventMs.p50 - passThrough.firstEventMs.p50 };
    }),
  );

const subject = (shape: ShapeResult | undefined, name: string): LoadResult | undefined =>
  shape?.subjects.find((result) => result.subject === name);

function growthBounds({ sizes, exponent }: Growth): Bound[] {
  const ofMb = sizes.find(({ historyMb }) => historyMb === 1);
  return [
    {
      name: "1 MB of request: CPU / JSON.parse and JSON.stringify",
      most: 4,
      unit: none,
      value: ofMb?.ratio.median ?? Number.NaN,
    },
    {
      name: "0.1 to 8 MB of request: CPU grows with the size to the power",
      most: 1.1,
      unit: none,
      value: exponent,
    },
  ];
}

const openBounds = (results: readonly OpenStreamsResult[]): Bound[] =>
  protocols.flatMap((protocol) => {
    const found = results.find((result) => result.subject === `bridge, ${protocol}`);
    if (!found) return [];
    const name = `1 000 open streams, ${protocol}`;
    return [
      { name: `${name}: lost events`, most: 0, unit: none, value: found.lost.most },
      { name: `${name}: late, p99`, most: 50, unit: " ms", value: found.lateMs.p99.median },
      { name: `${name}: memory per stream`, most: 100, unit: " KB", value: found.kbPerStream.median },
    ];
  });

function footprintBounds(footprints: readonly Footprint[]): Bound[] {
  const of = (name: string) => footprints.find(({ program }) => program === name);
  const bridge = of("bridge");
  const empty = of("empty Elysia");
  if (!bridge || !empty) return [];
  return [
    {
      name: "exec to accepting / empty Elysia",
      most: 1.5,
      unit: none,
      value: ratio(bridge.startUpMs.values, empty.startUpMs.values).median,
    },
    {
      name: "idle memory / empty Elysia",
      most: 1.2,
      unit: none,
      value: median(bridge.idleMb.values) / median(empty.idleMb.values),
    },
  ];
}

const overRuntimeMb = ({ bytes, runtimeBytes }: BinarySize): number => (bytes - runtimeBytes) / 1e6;
