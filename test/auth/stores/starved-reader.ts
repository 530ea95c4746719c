import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Reading } from "../../../src/auth/login.ts";
import { createCliDatabase } from "../../../src/auth/stores/cli-database.ts";
import { createCredentialsFile } from "../../../src/auth/stores/credentials-file.ts";
import { createKiroIdeCache } from "../../../src/auth/stores/kiro-ide-cache.ts";
import { watchedStore } from "../../../src/auth/stores/watched-store.ts";
import { systemClock } from "../../../src/clock.ts";
import { silentLog } from "../../../src/log.ts";

// Reads each of the folder's logins while the process has no file descriptor left, and when it has again.
const [folder = ""] = process.argv.slice(2);
// So late that the files' times are believed.
const clock = { ...systemClock, now: () => Date.now() + 3_600_000 };
const storesIn = (place: string) =>
  [
    createCredentialsFile({ path: join(place, "own.json"), clock, log: silentLog }),
    createCliDatabase(join(place, "data.sqlite3"), clock),
    createKiroIdeCache(join(place, "kiro-auth-token.json")),
  ].map((store) => watchedStore(store, clock, silentLog));
const readAll = async (place: string): Promise<Reading["state"][]> => {
  const readings = await Promise.all(storesIn(place).map((store) => store.read()));
  return readings.map(({ state }) => state);
};

function takeAll(): number[] {
  const taken: number[] = [];
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"));
    } catch {
      return taken;
    }
  }
}

// What is loaded at the first use is there by now.
await readAll(join(folder, "nowhere"));
await readAll(folder);
const stores = storesIn(folder);
const states = async () => (await Promise.all(stores.map((store) => store.read()))).map(({ state }) => state);
const taken = takeAll();
const starved = await states();
for (const descriptor of taken) closeSync(descriptor);
await Bun.write(Bun.stdout, JSON.stringify({ starved, fed: await states() }));
