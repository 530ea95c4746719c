import { chmod, realpath } from "node:fs/promises";
import type { Clock } from "../../clock.ts";
import { errorCode } from "../../error-code.ts";
import { type FileSystem, fileError, removeAbandoned, replaceFile } from "../../files/durable-file.ts";
import { readSmallFile } from "../../files/small-file.ts";
import { type JsonObject, parseJsonObject } from "../../json.ts";
import type { Log } from "../../log.ts";
import { cannotRead, type Login, type LoginStore, type Reading, unusable } from "../login.ts";
import { decodeCredentials, encodeCredentials, isOfNewerVersion } from "./credentials-json.ts";

/** Writing takes milliseconds. */
const abandonedAfterMs = 60_000;

/** The bridge's own `amazonq_credentials.json`. */
export interface CredentialsFile extends LoginStore {
  /** Replaces the login as a whole and resolves once it is durable; rejects with the file system's error. */
  save(login: Login): Promise<void>;
  /** Removes what writers that were killed have left behind. */
  sweep(): Promise<void>;
}

interface CredentialsFileOptions {
  path: string;
  clock: Clock;
  log: Log;
  files?: FileSystem | undefined;
}

type Contents =
  | { state: "object"; object: JsonObject; writtenAt: Date }
  | { state: "missing" }
  | { state: "malformed"; reason: string }
  | { state: "refused"; reason: string; mayPass: boolean };

export function createCredentialsFile({ path, clock, log, files }: CredentialsFileOptions): CredentialsFile {
  const read = async (): Promise<Reading> => {
    const contents = await readContents(path, log);
    switch (contents.state) {
      case "object":
        return decodeCredentials(contents.object, contents.writtenAt);
      case "missing":
        return { state: "signed-out", reason: "there is no such file" };
      case "malformed":
        return unusable(contents.reason);
      case "refused":
        return cannotRead(contents);
    }
  };

  const save = async (login: Login): Promise<void> => {
    const contents = await readContents(path, log);
    const reason = reasonToLeave(contents);
    if (reason !== undefined) throw fileError("EPERM", `The file is left alone: ${reason}.`);
    const previous = contents.state === "object" ? contents.object : {};
    const now = clock.now();
    const keptFor = reasonToKeep(contents, login);
    const keepOldAs = keptFor && `${await realpath(path)}.${keptFor}-${now}`;
    const text = `${JSON.stringify(encodeCredentials(previous, login), null, 2)}\n`;
    await replaceFile(path, text, { keepOldAs, files });
    await sweep();
  };

  const sweep = async (): Promise<void> => {
    const removed = await removeAbandoned(path, new Date(clock.now() - abandonedAfterMs)).catch(() => 0);
    if (removed > 0) log.info("proc.sweep", { removed });
  };

  return { source: "own file", path, files: [path], read, save, sweep };
}

function reasonToLeave(contents: Contents): string | undefined {
  if (contents.state === "refused") return contents.reason;
  const isNewer = contents.state === "object" && isOfNewerVersion(contents.object);
  return isNewer ? "a newer version of aqbridge wrote it" : undefined;
}

/** What makes no sense, and a person's own login that another store's takes the place of, is not lost. */
function reasonToKeep(contents: Contents, login: Login): "corrupt" | "replaced" | undefined {
  if (contents.state === "malformed") return "corrupt";
  if (contents.state !== "object") return undefined;
  const old = decodeCredentials(contents.object, contents.writtenAt);
  if (old.state === "unusable") return "corrupt";
  const isOwn = old.state === "login" && old.login.refreshedFrom === undefined;
  return isOwn && login.refreshedFrom !== undefined ? "replaced" : undefined;
}

async function readContents(path: string, log: Log): Promise<Contents> {
  const file = await readSmallFile(path);
  switch (file.state) {
    case "missing":
    case "refused":
      return file;
    case "oversized":
      return { state: "malformed", reason: file.reason };
    case "text": {
      if (file.mode & 0o077) await closeToOthers(path, log);
      const object = parseJsonObject(file.text);
      if (object === undefined) return { state: "malformed", reason: "it is not a JSON object in UTF-8" };
      return { state: "object", object, writtenAt: file.writtenAt };
    }
  }
}

/** Windows has no mode worth repairing. */
async function closeToOthers(path: string, log: Log): Promise<void> {
  if (process.getuid === undefined) return;
  try {
    await chmod(path, 0o600);
    log.warn("login.mode-repaired", { path });
  } catch (error) {
    log.warn("login.mode-too-open", { path, code: errorCode(error) });
  }
}
