import { expect } from "bun:test";
import { turnOfLoop } from "../../support/event-loop.ts";
import { descriptorsOf } from "./descriptors.ts";
import { keyHeader } from "./forms.ts";
import type { KeptConnections } from "./kept-connections.ts";
import { leftOpen } from "./left-open.ts";

interface Watched {
  url: string;
  /** Of the process that it runs in; this one unless given. */
  pid?: number;
  apiKey?: string | undefined;
  kept?: () => KeptConnections;
  /** What else is left of what was, each in words. */
  left?: () => readonly string[];
}

/** A connection whose other end has been closed is so, too, a moment later; so is the file of a login that is saved. */
const patienceMs = 3_000;

/** Remembers what a server's process has open; what it gives back fails unless that, and nothing under way, is all again. */
export function rememberBase({
  url,
  pid = process.pid,
  apiKey,
  kept = () => new Map(),
  left = () => [],
}: Watched): () => Promise<void> {
  const port = Number(new URL(url).port);
  const before = descriptorsOf(pid);
  const open = () => {
    const now = descriptorsOf(pid);
    return before && now ? leftOpen(before, now, { pid, port, kept: kept() }) : [];
  };
  const places = [left, open, () => underWay(url, apiKey)];
  const leftovers = async () => {
    for (const look of places) {
      const found = await look();
      if (found.length > 0) return found;
    }
    return [];
  };

  return async () => {
    const deadline = performance.now() + patienceMs;
    let rest = await leftovers();
    while (rest.length > 0 && performance.now() < deadline) {
      await turnOfLoop();
      rest = await leftovers();
    }
    expect(rest).toEqual([]);
  };
}

/** What the server itself counts as not yet over, but for the request for that. */
async function underWay(url: string, apiKey: string | undefined): Promise<string[]> {
  const figures = await (await fetch(`${url}/metrics`, { headers: keyHeader(apiKey) })).text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(figures)?.[1]);
  const [requests, streams] = [figure("aqbridge_open_requests") - 1, figure("aqbridge_open_streams")];
  return requests === 0 && streams === 0 ? [] : [`${requests} requests and ${streams} streams under way`];
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

/** The same server, which before it stops is to be as it was when it started. */
export function atBase<Started extends Server>(server: Started): Started {
  const expectBase = rememberBase(server);
  return {
    ...server,
    async stop() {
      try {
        await expectBase();
      } finally {
        await server.stop();
      }
    },
  };
}
