import { fileError } from "../../files/durable-file.ts";
import type { Login } from "../login.ts";
import type { OwnLogin } from "./own-login.ts";

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
