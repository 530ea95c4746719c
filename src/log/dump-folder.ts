import { chmodSync, mkdirSync, statSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Texts of prompts and answers, for its owner alone. */
export interface DumpFolder {
  /** Writes a file that sorts behind those before it; never rejects. */
  write(name: string, text: string): Promise<void>;
}

interface DumpOptions {
  path: string;
  /** Exact values that are masked. */
  secrets: readonly string[];
  now: () => number;
  onFailure: (error: unknown) => void;
}

const maxFiles = 200;
const ownName = /^\d{4}-\d\d-\d\dT[\d.-]+Z-\d{6}-.*\.json$/;
const tokenLike = /\b(?:ao[ar]|ey|ksk_)[A-Za-z0-9._~+/=-]{16,}|Bearer\s+[^\s"\\]+/g;

/** The folder, made when it is missing; throws when others may look into it, or what the file system throws. */
export function openDumpFolder({ path, secrets, now, onFailure }: DumpOptions): DumpFolder {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new Error("others may read it");
  let written = 0;

  const masked = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text).replace(tokenLike, "[token]");

  const removeOldest = async () => {
    const names = (await readdir(path)).filter((name) => ownName.test(name)).sort();
    for (const name of names.slice(0, -maxFiles)) await rm(join(path, name), { force: true });
  };

  return {
    async write(name, text) {
      const time = new Date(now()).toISOString().replaceAll(":", "-");
      const file = `${time}-${String(written++).padStart(6, "0")}-${name}.json`;
      try {
        await writeFile(join(path, file), masked(text), { flag: "wx", mode: 0o600 });
        await removeOldest();
      } catch (error) {
        onFailure(error);
      }
    },
  };
}
