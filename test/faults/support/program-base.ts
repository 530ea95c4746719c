import { expect } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import type { ListeningSimulator } from "../../../src/simulator/listen.ts";
import { until } from "../../support/event-loop.ts";
import { ending, stream, text } from "../../support/script.ts";
import { rememberBase } from "./base.ts";
import { keyHeader, outcomeOf, post } from "./forms.ts";
import { keptFor, mostKept } from "./kept-connections.ts";

interface Watched {
  pid: number;
  url: string;
  folder: string;
  /** The exit code, or the name of the signal that ended it; null while it runs. */
  ending(): number | string | null;
  apiKey: string | undefined;
  /** Where it asks, when that is in this process; whether it takes the program's login. */
  service: ListeningSimulator | undefined;
  isLoggedIn: boolean;
}

/** What it gives back fails unless the program is as it is now and serves the next request, or is gone without a trace. */
export function rememberProgram(program: Watched): () => Promise<void> {
  const { pid, url, apiKey, service, isLoggedIn, ending } = program;
  const kept = service ? keptFor(service.url, mostKept) : new Map();
  const left = () => leftBy(program);
  const expectNothingLeft = rememberBase({ url, pid, apiKey, kept: () => kept, left });

  return async () => {
    if (ending() !== null) return expectGone(program);
    await expectNothingLeft();
    if (service && isLoggedIn) await expectAnswer(url, apiKey, service);
    else await expectCount(url, apiKey);
  };
}

/** What is left with others of what it has begun. */
function leftBy({ folder, service }: Watched): string[] {
  const open = service?.openRequests() ?? 0;
  const unfinished = readdirSync(folder).filter((name) => /\.[\da-f-]{36}\.tmp$/.test(name));
  return [...(open > 0 ? [`${open} requests to the service`] : []), ...unfinished];
}

async function expectGone(program: Watched): Promise<void> {
  expect(existsSync(`/proc/${program.pid}`)).toBe(false);
  // What a kill leaves behind is swept by the next start.
  if (program.ending() === "SIGKILL") return;
  await until(() => leftBy(program).length === 0, 0).catch(() => {});
  expect(leftBy(program)).toEqual([]);
}

/** Whatever a test has left to be said is said first. */
async function expectAnswer(url: string, apiKey: string | undefined, { simulator }: ListeningSimulator) {
  simulator.script(stream(text("Still here."), ending("END_TURN")));
  const form = { protocol: "openai", stream: false } as const;
  const outcome = await outcomeOf(form, await post(url, form, {}, undefined, keyHeader(apiKey)));
  expect(outcome).toMatchObject({ status: 200, failure: undefined });
}

/** For which no service is asked. */
async function expectCount(url: string, apiKey: string | undefined): Promise<void> {
  const response = await fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", ...keyHeader(apiKey) },
    body: JSON.stringify({ model: "claude-sonnet-4.5", messages: [{ role: "user", content: "Hello" }] }),
  });
  expect({ status: response.status, counted: await response.json() }).toMatchObject({
    status: 200,
    counted: { input_tokens: expect.any(Number) },
  });
}
