import { quantile } from "../../bench/statistics.ts";

/** One request after the other for so long; the ms that each took. Rejects when one is not answered with 200. */
export async function timed(url: string, forMs: number, pauseMs: number, method = "GET"): Promise<number[]> {
  const times: number[] = [];
  for (const until = performance.now() + forMs; performance.now() < until; await Bun.sleep(pauseMs)) {
    const startedAt = performance.now();
    const response = await fetch(url, { method });
    await response.bytes();
    times.push(performance.now() - startedAt);
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
  }
  return times;
}

export const p99 = (values: readonly number[]): number => quantile(values, 0.99);
