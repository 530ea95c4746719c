import { errorCode } from "../../error-code.ts";
import { fileError, isReplaceable } from "../../files/durable-file.ts";
import type { Login, LoginStore, Reading } from "../login.ts";
import { type CredentialsFileOptions, createCredentialsFile } from "./credentials-file.ts";
import { watchedStore } from "./watched-store.ts";

const retryAfterMs = 30_000;

/**
 * The own file's login or, while the file still says the same, a newer one that could not be written. A file that cannot
 * be read just now counts as unchanged.
 */
export interface OwnLogin extends LoginStore {
  /** Resolves once the login is durable; rejects with the file system's error and then changes nothing. */
  save(login: Login): Promise<void>;
  /** Saves the login, or remembers it when that fails. */
  keep(login: Login): Promise<void>;
  /** Whether a login is only remembered, and it is time to try again to save it. */
  isRetryDue(): boolean;
  /** Saves it, unless the file by now holds another login. */
  retry(): Promise<void>;
  /** Whether everything is saved, and the next login can be. */
  isPersisted(): Promise<boolean>;
  /** Removes what killed writers left behind. */
  sweep(): Promise<void>;
}

export function createOwnLogin(options: CredentialsFileOptions): OwnLogin {
  const { path, clock, log } = options;
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
      unsaved = { login, inPlaceOf: said, retryAt: clock.steady() + retryAfterMs };
    }
  };
  const isRetryDue = () => unsaved !== undefined && clock.steady() >= unsaved.retryAt;
  const retry = async (): Promise<void> => {
    await read();
    if (unsaved !== undefined && isRetryDue()) await keep(unsaved.login);
  };
  const isPersisted = async (): Promise<boolean> => unsaved === undefined && isReplaceable(path);

  return { ...watched, read, save, keep, isRetryDue, retry, isPersisted, sweep: file.sweep };
}

/** The own login of a bridge that has no place for files: it lasts as long as the process. */
export function createMemoryLogin(): OwnLogin {
  let login: Login | undefined;
  return {
    source: "own file",
    path: "the bridge's own file",
    files: [],
    read: async () =>
      login === undefined
        ? { state: "signed-out", reason: "there is no home directory to keep one in" }
        : { state: "login", login },
    save: () => Promise.reject(fileError("ENOENT", "There is no home directory to keep a login in.")),
    keep: async (renewed) => {
      login = renewed;
    },
    isRetryDue: () => false,
    retry: async () => {},
    isPersisted: async () => false,
    sweep: async () => {},
  };
}
