import { type FileSystem, fileError, replaceFile } from "../files/durable-file.ts";
import { readSmallFile } from "../files/small-file.ts";
import { parseJson } from "../json.ts";
import { grantId, type Login, type RefreshGrant } from "./login.ts";

/** As many as one person's logins and restarts may have left. */
const maxKept = 50;

/** Grants that the login service has refused for good, which no process of this user uses again. */
export interface RefusedGrants {
  /** Learns what other processes have noted. */
  recall(): Promise<void>;
  has(grant: RefreshGrant): boolean;
  note(grant: RefreshGrant): Promise<void>;
  /** Lets the login be tried again, since the person insists on it. */
  forget(login: Login): Promise<void>;
}

/** Keeps ids, which reveal nothing, in the file at `path`; without one, in this process only. */
export function createRefusedGrants(path: string | undefined, files?: FileSystem | undefined): RefusedGrants {
  let noted: readonly string[] = [];
  const unwritable = new Set<string>();

  const recall = async (): Promise<void> => {
    const file = path === undefined ? undefined : await readSmallFile(path);
    if (file?.state === "refused" && file.mayPass) return;
    const list = file?.state === "text" ? parseJson(file.text) : [];
    noted = Array.isArray(list) ? list.filter((id) => typeof id === "string") : [];
  };
  const write = async (ids: readonly string[]): Promise<void> => {
    if (path === undefined) throw fileError("ENOENT", "There is no place for files.");
    noted = ids.slice(-maxKept);
    await replaceFile(path, `${JSON.stringify(noted)}\n`, { files });
  };

  return {
    recall,
    has: (grant) => noted.includes(grantId(grant)) || unwritable.has(grantId(grant)),
    async note(grant) {
      const id = grantId(grant);
      await recall();
      if (!noted.includes(id)) await write([...noted, id]).catch(() => unwritable.add(id));
    },
    async forget({ grant }) {
      const id = grant && grantId(grant);
      if (id === undefined) return;
      unwritable.delete(id);
      await recall();
      if (noted.includes(id)) await write(noted.filter((other) => other !== id)).catch(() => {});
    },
  };
}
