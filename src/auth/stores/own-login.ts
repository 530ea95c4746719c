import type { Clock, SteadyTime } from "../../clock.ts";
import { errorCode } from "../../error-code.ts";
import { type FileSystem, isReplaceable } from "../../files/durable-file.ts";
import type { Log } from "../../log.ts";
import type { Login, LoginStore, Reading } from "../login.ts";
import { createCredentialsFile } from "./credentials-file.ts";
import { watchedStore } from "./watched-store.ts";

const retryAfterMs = 30_000;

/**
 * The own file's login, or in its place a newer one that could not be written, for as long as the file says what it did;
 * that it cannot be read just now says nothing.
 */
export interface OwnLogin extends LoginStore {
  /** Resolves once the login is durable; rejects with the file system's error and then changes nothing. */
  save(login: Login): Promise<void>;
  /** Saves the login, or remembers it when that fails. */
  keep(login: Login): Promise<void>;
  /** Whether something is only remembered, and has been since long enough to try again. */
  isRetryDue(): boolean;
  /** Does nothing when the file by now holds another login. */
  retry(): Promise<void>;
  /** Whether all is saved and can be again. */
  isPersisted(): Promise<boolean>;
  /** Removes what writers that were killed have left behind. */
  sweep(): Promise<void>;
}

interface OwnLoginOptions {
  path: string;
  clock: Clock;
  steady: SteadyTime;
  log: Log;
  files?: FileSystem | undefined;
}

export function createOwnLogin(options: OwnLoginOptions): OwnLogin {
  const { path, clock, steady, log } = options;
  const file = createCredentialsFile(options);
  const watched = watchedStore(file, clock, log);
  let said = "";
  let unsaved: { login: Login; inPlaceOf: string; retryAt: number } | undefined;

  const read = async (): Promise<Reading> => {
    const reading = await watched.read();
    if (reading.state === "login" || reading.state === "signed-out") said = JSON.stringify(reading);
    if (unsaved !== undefined && unsaved.inPlaceOf !== said) unsaved = undefined;
    return unsaved === undefined ? reading : { state: "login", login: unsaved.login };
  };
  const save = async (login: Login): Promise<void> => {
    await file.save(login);
    unsaved = undefined;
  };
  const keep = async (login: Login): Promise<void> => {
    try {
      await save(login);
    } catch (error) {
      log.error("login.unsaved", { path, code: errorCode(error) });
      await read();
      unsaved = { login, inPlaceOf: said, retryAt: steady() + retryAfterMs };
    }
  };
  const isRetryDue = () => unsaved !== undefined && steady() >= unsaved.retryAt;
  const retry = async (): Promise<void> => {
    await read();
    if (unsaved !== undefined && isRetryDue()) await keep(unsaved.login);
  };
  const isPersisted = async (): Promise<boolean> => unsaved === undefined && isReplaceable(path);

  return { ...watched, read, save, keep, isRetryDue, retry, isPersisted, sweep: file.sweep };
}
