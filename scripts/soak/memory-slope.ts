import { median } from "../bench/statistics.ts";

export interface MemorySample {
  /** Frames so far. */
  frames: number;
  residentMb: number;
}

const warmUpShare = 0.2;
const windows = 10;

/**
 * MB by which memory grows with each million frames, once warm. Garbage comes and goes by tens of MB, so a line is laid
 * (least squares) through the medians of each tenth of the way; the least values depend on when the runtime collects.
 */
export function memorySlope(samples: readonly MemorySample[]): number {
  const last = samples.at(-1)?.frames ?? 0;
  const from = last * warmUpShare;
  const width = (last - from) / windows;
  const points = Array.from({ length: windows }, (_, index) => {
    const start = from + index * width;
    const inside = samples.filter(({ frames }) => frames > start && frames <= start + width);
    return { frames: start + width / 2, residentMb: median(inside.map(({ residentMb }) => residentMb)) };
  });
  return slope(points.filter(({ residentMb }) => !Number.isNaN(residentMb))) * 1e6;
}

function slope(points: readonly MemorySample[]): number {
  const mean = (value: (point: MemorySample) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const meanFrames = mean(({ frames }) => frames);
  const meanMb = mean(({ residentMb }) => residentMb);
  const covariance = mean(({ frames, residentMb }) => (frames - meanFrames) * (residentMb - meanMb));
  return covariance / mean(({ frames }) => (frames - meanFrames) ** 2);
}
