import { chmodSync, mkdirSync, statSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BridgeError } from "../errors.ts";
import { isJsonObject } from "../json.ts";
import type { Mask } from "../secrets/secrets.ts";

/** Texts of prompts and answers, for its owner alone. */
export interface DumpFolder {
  /** Writes a JSON file that sorts behind the earlier ones; never rejects. */
  write(name: string, value: unknown): Promise<void>;
}

interface DumpOptions {
  path: string;
  mask: Mask;
  now: () => number;
  onFailure: (error: unknown) => void;
}

const maxFiles = 200;
const ownName = /^\d{4}-\d\d-\d\dT[\d.-]+Z-\d{6}-.*\.json$/;

/** The folder, made if it is missing; throws when others can look into it, or the file system's error. */
export function openDumpFolder({ path, mask, now, onFailure }: DumpOptions): DumpFolder {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new Error(`others can look into it; chmod 700 ${path}`);
  let written = 0;

  const removeOldest = async () => {
    const names = (await readdir(path)).filter((name) => ownName.test(name)).sort();
    for (const name of names.slice(0, -maxFiles)) await rm(join(path, name), { force: true });
  };

  return {
    async write(name, value) {
      const time = new Date(now()).toISOString().replaceAll(":", "-");
      const file = `${time}-${String(written++).padStart(6, "0")}-${name}.json`;
      try {
        await writeWhole(join(path, file), maskedJson(value, mask));
        await removeOldest();
      } catch (error) {
        onFailure(error);
      }
    },
  };
}

/** A full disk would leave an empty file each time, and nobody would count them. */
async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Masked text by text, since a secret that JSON has escaped would not be recognised. */
const maskedJson = (value: unknown, mask: Mask): string => JSON.stringify(masked(value, mask), undefined, 1);

/** JSON shows nothing of an error by itself. */
function masked(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (value instanceof BridgeError)
    return { kind: value.kind, message: mask(value.message), code: value.code };
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [mask(name), masked(member, mask)]),
  );
}
