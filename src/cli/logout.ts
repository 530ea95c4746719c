import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Reading } from "../auth/login.ts";
import { whileLocked } from "../auth/refresh-lock.ts";
import { createCredentialsFile } from "../auth/stores/credentials-file.ts";
import type { Clock } from "../clock.ts";
import { errorCode } from "../error-code.ts";
import { removeAbandoned, replaceFile } from "../files/durable-file.ts";
import { readSmallFile } from "../files/small-file.ts";
import { silentLog } from "../log.ts";
import type { Context, Flags } from "./command.ts";
import { amazonService } from "./service.ts";
import { inHome } from "./words.ts";

/** Empties the own file and says which login is still usable; resolves to the exit code. */
export async function logout(settings: Flags, context: Context): Promise<number> {
  const { clock, stdout } = context;
  const { config } = context.load(settings);
  const path = config.credentialsFile;
  const patienceMs = 2 * config.oidcTimeoutSeconds * 1000;
  const outcome = path === undefined ? nothing : await removeLogin(path, patienceMs, clock);
  if ("failure" in outcome) return context.fail(outcome.failure);
  const shown = (text: string) => inHome(text, context.surroundings.home);
  stdout(`${outcome.said}\n`);
  for (const copy of path === undefined ? [] : await olderCopies(path))
    stdout(`An older login is still in ${shown(copy)}; delete it if you do not need it.\n`);

  const { tokens } = amazonService({ ...context, config, log: silentLog });
  const { state, source } = await tokens.status();
  stdout(
    state === "ready"
      ? `Still in use: the login of ${source}.\n`
      : "No usable login is left; run `aqbridge login` to make one.\n",
  );
  return 0;
}

type Outcome = { said: string } | { failure: string };

const nothing = { said: "aqbridge has no login of its own." };

/** Not while a bridge is refreshing the login, which would restore it. Keeps the file, since it may be a link. */
function removeLogin(path: string, patienceMs: number, clock: Clock): Promise<Outcome> {
  const lock = { path: `${path}.lock`, patienceMs, clock, log: silentLog };
  return whileLocked(lock, async () => {
    const file = await readSmallFile(path);
    if (file.state === "missing") return nothing;
    if (file.state === "refused") return { failure: `${path} is left alone: ${file.reason}` };
    const reading = await createCredentialsFile({ path, clock, log: silentLog }).read();
    const refusal = reasonToLeave(reading);
    if (refusal) return refusal;
    try {
      await replaceFile(path, "{}\n");
      await removeAbandoned(path, new Date(clock.now()));
      return { said: "aqbridge's own login is removed." };
    } catch (error) {
      return { failure: `${path} cannot be emptied (${errorCode(error)}); delete it yourself` };
    }
  });
}

/** A copy that was refreshed from another program's login may hold the only refresh token that is still good. */
function reasonToLeave(reading: Reading): Outcome | undefined {
  if (reading.state !== "login") return reading.state === "unusable" ? undefined : nothing;
  const owner = reading.login.refreshedFrom?.source;
  return owner && { said: `${nothing.said} Its file holds the login of ${owner}; sign out there.` };
}

async function olderCopies(path: string): Promise<string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const isCopy = (name: string) =>
    name.startsWith(`${basename(path)}.`) && /\.(corrupt|replaced)-\d+$/.test(name);
  return names.filter(isCopy).map((name) => join(folder, name));
}
