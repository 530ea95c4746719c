import { chmodSync, mkdirSync, statSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BridgeError } from "../errors.ts";
import type { Mask } from "../secrets/secrets.ts";

/** Texts of prompts and answers, for its owner alone. */
export interface DumpFolder {
  /** Writes a file of JSON that sorts behind those before it; never rejects. */
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

/** The folder, made when it is missing; throws when others may look into it, or what the file system throws. */
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

/** A full disk would leave an empty file of each, and nobody to count them. */
async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Masked text by text, since what is escaped in JSON would not be known. */
const maskedJson = (value: unknown, mask: Mask): string => JSON.stringify(masked(value, mask), undefined, 1);

/** An error has nothing of its own to show. */
function masked(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof BridgeError)
    return { kind: value.kind, message: mask(value.message), code: value.code };
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [mask(name), masked(member, mask)]),
  );
}
