import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import { type JsonObject, parseJsonObject } from "../json.ts";
import type { Log } from "../log.ts";
import { decodeCredentials, encodeCredentials } from "./credentials-json.ts";
import {
  errorCode,
  type FileSystem,
  fileError,
  isMissing,
  removeAbandoned,
  replaceFile,
} from "./durable-file.ts";
import type { Login, LoginStore, Reading } from "./login.ts";

const maxBytes = 1_000_000;
const abandonedAfterMs = 600_000;

/** The bridge's own `amazonq_credentials.json`: the one store that is written to. */
export interface CredentialsFile extends LoginStore {
  /** Replaces the login as a whole and resolves once it is durable; rejects with the file system's error. */
  save(login: Login): Promise<void>;
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
  | { state: "malformed" | "refused"; reason: string };

export function createCredentialsFile({ path, clock, log, files }: CredentialsFileOptions): CredentialsFile {
  const read = async (): Promise<Reading> => {
    const contents = await readContents(path, log);
    switch (contents.state) {
      case "object":
        return decodeCredentials(contents.object, contents.writtenAt);
      case "missing":
        return { state: "signed-out", reason: "there is no such file" };
      case "malformed":
      case "refused":
        return { state: "unusable", reason: contents.reason };
    }
  };

  const save = async (login: Login): Promise<void> => {
    const contents = await readContents(path, log);
    if (contents.state === "refused") throw fileError("EPERM", `The file is left alone: ${contents.reason}.`);
    const previous = contents.state === "object" ? contents.object : {};
    const now = clock.now();
    const keptFor = reasonToKeep(contents, login);
    const keepOldAs = keptFor && `${await realpath(path)}.${keptFor}-${now}`;
    const text = `${JSON.stringify(encodeCredentials(previous, login), null, 2)}\n`;
    await replaceFile(path, text, { keepOldAs, files });
    await removeAbandoned(path, new Date(now - abandonedAfterMs)).catch(() => {});
  };

  return { source: "own file", path, files: [path], read, save };
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
  try {
    // Looked at before it is opened, which would wait for ever on a pipe.
    const found = await stat(path);
    if (!found.isFile()) return { state: "refused", reason: "it is not a regular file" };
    if (isForeign(found.uid)) return { state: "refused", reason: "it belongs to another user" };
    if (found.size > maxBytes) return { state: "malformed", reason: `it is larger than ${maxBytes} bytes` };
    await using file = await open(path, "r");
    if (found.mode & 0o077) await closeToOthers(file, path, log);
    const object = parseJsonObject(new TextDecoder("utf-8").decode(await file.readFile()));
    if (object === undefined) return { state: "malformed", reason: "it is not a JSON object in UTF-8" };
    return { state: "object", object, writtenAt: found.mtime };
  } catch (error) {
    if (isMissing(error)) return { state: "missing" };
    return { state: "refused", reason: `it cannot be read (${errorCode(error)})` };
  }
}

/** Windows has no user ids, and no mode worth repairing. */
const isForeign = (uid: number): boolean => process.getuid !== undefined && process.getuid() !== uid;

async function closeToOthers(file: FileHandle, path: string, log: Log): Promise<void> {
  if (process.getuid === undefined) return;
  try {
    await file.chmod(0o600);
    log.warn("login.mode-repaired", { path });
  } catch (error) {
    log.warn("login.mode-too-open", { path, code: errorCode(error) });
  }
}
