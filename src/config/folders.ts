import { baseFolder, pathsOf, type Surroundings } from "../base-folder.ts";

/** The path of a file in a folder. */
type Folder = (file: string) => string;

/** Folders that cannot be told without a home directory are absent. */
export interface Folders {
  /** Where config.json is looked for. */
  config: Folder | undefined;
  /** Where the own login is kept. */
  state: Folder | undefined;
}

/** One folder when the user names it, else those of the XDG Base Directory Specification or of Windows. */
export function standardFolders(dir: string | undefined, surroundings: Surroundings): Folders {
  const { join } = pathsOf(surroundings.platform);
  const folder =
    (...path: string[]): Folder =>
    (file) =>
      join(...path, file);
  const own = (variable: string, inHome: string): Folder | undefined => {
    const base = baseFolder(variable, inHome, surroundings);
    return base === undefined ? undefined : folder(base, "aqbridge");
  };

  if (dir !== undefined) return { config: folder(dir), state: folder(dir) };
  return surroundings.platform === "win32"
    ? { config: own("APPDATA", "AppData/Roaming"), state: own("LOCALAPPDATA", "AppData/Local") }
    : { config: own("XDG_CONFIG_HOME", ".config"), state: own("XDG_STATE_HOME", ".local/state") };
}
