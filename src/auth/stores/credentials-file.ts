import { chmod, realpath } from "node:fs/promises";
import type { Clock } from "../../clock.ts";
import { errorCode } from "../../error-code.ts";
import { type FileSystem, fileError, removeAbandoned, replaceFile } from "../../files/durable-file.ts";
import { readSmallFile } from "../../files/small-file.ts";
import { type JsonObject, parseJsonObject } from "../../json.ts";
import type { Log } from "../../log.ts";
import { cannotRead, heldGrantId, type Login, type LoginStore, type Reading, unusable } from "../login.ts";
import { decodeCredentials, encodeCredentials, isOfNewerVersion, newerVersion } from "./credentials-json.ts";

/** Writing takes milliseconds. */
const abandonedAfterMs = 60_000;

/** The bridge's own `amazonq_credentials.json`. */
export interface CredentialsFile extends LoginStore {
  /** Replaces the whole login and resolves once it is durable; rejects with the file system's error. */
  save(login: Login): Promise<void>;
  /** Why `save` would leave the file as it is; undefined when it would not. */
  reasonToLeave(): Promise<string | undefined>;
  /** Removes what killed writers left behind. */
  sweep(): Promise<void>;
}

export interface CredentialsFileOptions {
  path: string;
  clock: Clock;
  log: Log;
  files?: FileSystem | undefined;
}

interface Contents {
  reading: Reading;
  /** Undefined when the file holds no JSON object. */
  object?: JsonObject;
  /** Why the file must not be replaced. */
  reasonToLeave?: string | undefined;
}

export function createCredentialsFile({ path, clock, log, files }: CredentialsFileOptions): CredentialsFile {
  const save = async (login: Login): Promise<void> => {
    const { reading, object = {}, reasonToLeave } = await readContents(path, log);
    if (reasonToLeave !== undefined) throw fileError("EPERM", `The file is left alone: ${reasonToLeave}.`);
    const keptFor = reasonToKeep(reading, login);
    const keepOldAs = keptFor && `${await realpath(path)}.${keptFor}-${clock.now()}`;
    const text = `${JSON.stringify(encodeCredentials(object, login), null, 2)}\n`;
    await replaceFile(path, text, { keepOldAs, files });
    await sweep();
  };

  const sweep = async (): Promise<void> => {
    const removed = await removeAbandoned(path, new Date(clock.now() - abandonedAfterMs)).catch(() => 0);
    if (removed > 0) log.info("proc.sweep", { removed });
  };

  const read = async () => (await readContents(path, log)).reading;
  const reasonToLeave = async () => (await readContents(path, log)).reasonToLeave;
  return { source: "own file", path, files: [path], read, save, reasonToLeave, sweep };
}

/** Neither what makes no sense nor a person's own login that another store's replaces may be lost. */
function reasonToKeep(old: Reading, login: Login): "corrupt" | "replaced" | undefined {
  if (old.state === "unusable") return "corrupt";
  const { refreshedFrom } = login;
  const isOwn = old.state === "login" && old.login.refreshedFrom === undefined;
  if (!isOwn || refreshedFrom === undefined) return undefined;
  return refreshedFrom.grantIds.includes(heldGrantId(old) ?? "") ? undefined : "replaced";
}

async function readContents(path: string, log: Log): Promise<Contents> {
  const file = await readSmallFile(path);
  if (file.state === "missing") return { reading: { state: "signed-out", reason: "there is no such file" } };
  if (file.state === "refused") return { reading: cannotRead(file), reasonToLeave: file.reason };
  if (file.state === "oversized") return { reading: unusable(file.reason) };
  if (file.mode & 0o077) await closeToOthers(path, log);
  const object = parseJsonObject(file.text);
  if (object === undefined) return { reading: unusable("it is not a JSON object in UTF-8") };
  const reasonToLeave = isOfNewerVersion(object) ? newerVersion : undefined;
  return { reading: decodeCredentials(object, file.writtenAt), object, reasonToLeave };
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
