import { createAccount, type Sum } from "./account.ts";
import { createBodies } from "./bodies.ts";
import { type Case, caseAt, type Scenario } from "./cases.ts";
import { visit } from "./visit.ts";

export interface LoadOptions {
  url: string;
  scenario: Scenario;
  /** How many ask at once, each one question after the other. */
  clients: number;
  requests: number;
  /** After this no new question is asked. */
  maxMs?: number;
  /** Until then everyone is still arriving, and delays are not counted. */
  arrivalMs?: number;
}

export interface LoadResult extends Sum {
  wallMs: number;
}

export interface Progress {
  requests: number;
  frames: number;
  /** Answers that have begun and not ended. */
  open: number;
}

const everyMs = 100;

/** Sends a crowd of clients, says now and then how far they are, and resolves to what became of them. */
export async function load(options: LoadOptions, say: (progress: Progress) => void): Promise<LoadResult> {
  const { url, scenario, clients, requests, maxMs = Number.POSITIVE_INFINITY, arrivalMs = 0 } = options;
  const progress: Progress = { requests: 0, frames: 0, open: 0 };
  const account = createAccount();
  const bodyOf = createBodies();
  const startedAt = performance.now();
  const wallMs = () => performance.now() - startedAt;
  let asked = 0;

  const ask = async (wanted: Case) => {
    const outcome = await visit(url, wanted, bodyOf(wanted), {
      onDelay(ms) {
        if (wallMs() >= arrivalMs) account.delayed(ms);
      },
      onFrames(count) {
        progress.frames += count;
      },
      onFirstMark() {
        progress.open++;
      },
    });
    if (outcome.firstMarkMs !== undefined) progress.open--;
    progress.requests++;
    account.ended(wanted, outcome);
  };
  const client = async () => {
    while (asked < requests && wallMs() <= maxMs) await ask(caseAt(scenario, asked++));
  };
  const timer = setInterval(say, everyMs, progress);
  await Promise.all(Array.from({ length: clients }, client));
  clearInterval(timer);
  say(progress);
  return { ...account.sum(), wallMs: wallMs() };
}
