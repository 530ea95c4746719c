import { type Figure, figure, ratio, slope } from "../statistics.ts";
import type { Ask } from "./in-process-bridge.ts";
import { shortAnswers, wholeRequest } from "./request-steps.ts";
import { type StepEffort, time } from "./step.ts";

/** What requests of growing size cost, beside one JSON.parse and one JSON.stringify of their bodies. */
export interface Growth {
  sizes: readonly GrowthAt[];
  /** The power of the size with which the cost grows: 1 is linear. */
  exponent: number;
}

export interface GrowthAt {
  historyMb: number;
  bytes: number;
  jsonMs: Figure;
  bridgeMs: Figure;
  ratio: Figure;
}

const sizesMb = [0.1, 0.25, 0.5, 1, 2, 4, 8];

export async function growth(effort: StepEffort): Promise<Growth> {
  const ask = shortAnswers();
  const sizes: GrowthAt[] = [];
  for (const historyMb of sizesMb) sizes.push(await growthAt(historyMb, ask, effort));
  const points = sizes.map(({ bytes, bridgeMs }) => ({ x: Math.log(bytes), y: Math.log(bridgeMs.median) }));
  return { sizes, exponent: slope(points) };
}

async function growthAt(historyMb: number, ask: Ask, effort: StepEffort): Promise<GrowthAt> {
  const { bytes, json, bridge } = wholeRequest(historyMb, ask);
  const [jsonMs = [], bridgeMs = []] = (await time([json, bridge], effort)).map(({ micros }) =>
    micros.values.map((value) => value / 1000),
  );
  return {
    historyMb,
    bytes,
    jsonMs: figure(jsonMs),
    bridgeMs: figure(bridgeMs),
    ratio: ratio(bridgeMs, jsonMs),
  };
}
