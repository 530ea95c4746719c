import type { Clock } from "../../clock.ts";
import { isShortage } from "../../error-code.ts";
import { describeFailure, isBusy, patiently, whyUnreadable } from "../../files/sqlite-file.ts";
import type { LoginStore, Reading, WriteBackOutcome } from "../login.ts";
import { amazonQCli, type CliClient } from "./cli-client.ts";
import { decodeCliLogin } from "./cli-login.ts";
import { readRows, replaceTokens } from "./cli-rows.ts";
import { needsCopy, readFromCopy } from "./database-copy.ts";

const busy = { state: "busy", reason: "another program has locked it" } as const satisfies Reading;

/** The login of a command-line client in the database at `path`, in which nothing but the tokens is ever replaced. */
export function createCliDatabase(path: string, clock: Clock, client: CliClient = amazonQCli): LoginStore {
  const read = async (): Promise<Reading> => {
    const unreadable = await whyUnreadable(path);
    if (unreadable !== undefined) return unreadable;
    try {
      const rows = await patiently(clock, () => readWhereverPossible(path, client));
      return rows === undefined ? busy : decodeCliLogin(rows, client);
    } catch (error) {
      if (isBusy(error)) return busy;
      return { state: isShortage(error) ? "busy" : "unusable", reason: describeFailure(error) };
    }
  };

  const writeBack: NonNullable<LoginStore["writeBack"]> = async (renewed, inPlaceOf) => {
    const unreadable = await whyUnreadable(path);
    if (unreadable?.state === "missing") return { state: "changed" };
    if (unreadable !== undefined) return failed(unreadable.reason);
    try {
      const replaced = replaceTokens(path, client, renewed, inPlaceOf);
      return { state: replaced ? "written" : "changed" };
    } catch (error) {
      return failed(isBusy(error) ? busy.reason : describeFailure(error));
    }
  };

  return { source: client.source, path, files: [path, `${path}-wal`], read, writeBack };
}

async function readWhereverPossible(path: string, client: CliClient) {
  try {
    return readRows(path, client, { readonly: true });
  } catch (error) {
    if (!needsCopy(error)) throw error;
    return await readFromCopy(path, (copy) => readRows(copy, client, { readwrite: true }));
  }
}

const failed = (reason: string): WriteBackOutcome => ({ state: "failed", reason });
