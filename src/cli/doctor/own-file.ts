import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, isMissing } from "../../error-code.ts";
import { isReplaceable } from "../../files/durable-file.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";

/** Whether only the user can read the own file and write to its folder. Reading a login repairs the mode, so check first. */
export async function checkOwnFile(path: string | undefined, platform: NodeJS.Platform): Promise<Finding> {
  if (path === undefined)
    return warning(
      "there is no home directory, so a login cannot be kept",
      "name a folder with --dir or AQBRIDGE_DIR",
    );
  if (platform === "win32") return skipped("Windows keeps its permissions elsewhere");
  try {
    return (await fileFault(path)) ?? (await folderFault(dirname(path))) ?? ok(`${path} is yours alone`);
  } catch (error) {
    if (!isMissing(error))
      return failed(
        `${path} cannot be examined (${errorCode(error)})`,
        `make ${dirname(path)} readable to you`,
      );
  }
  if (await isReplaceable(path)) return ok(`${path} does not exist yet and can be created`);
  return warning(
    `${path} cannot be created, so a login cannot be kept`,
    `make ${dirname(path)} writable, or name another folder with --dir`,
  );
}

async function fileFault(path: string): Promise<Finding | undefined> {
  const found = await stat(path);
  const { mode, uid } = found;
  if (!found.isFile()) return failed(`${path} is not a regular file`, `move ${path} away`);
  if (isForeign(uid)) return failed(`${path} belongs to another user`, `chown "$(id -u)" ${path}`);
  if (mode & 0o077) return warning(`other users can read ${path} (mode ${octal(mode)})`, `chmod 600 ${path}`);
  return (await isReplaceable(path))
    ? undefined
    : warning(`${path} cannot be replaced, so a renewed login cannot be kept`, `chmod u+w ${dirname(path)}`);
}

async function folderFault(folder: string): Promise<Finding | undefined> {
  const { mode, uid } = await stat(folder);
  if (isForeign(uid) && uid !== 0)
    return warning(`${folder} belongs to another user`, "name a folder of your own with --dir");
  return mode & 0o022
    ? warning(`other users can put files into ${folder} (mode ${octal(mode)})`, `chmod 700 ${folder}`)
    : undefined;
}

const isForeign = (uid: number): boolean => process.getuid !== undefined && process.getuid() !== uid;

const octal = (mode: number): string => (mode & 0o777).toString(8);
