import { baseFolder, pathsOf, type Surroundings } from "../base-folder.ts";

/**
 * Where config.json and the bridge's own login are by default: in one folder when the user names it, else in those of the
 * XDG Base Directory Specification or of Windows; undefined when that takes a home directory and there is none.
 */
export function standardFiles(dir: string | undefined, surroundings: Surroundings) {
  const { join } = pathsOf(surroundings.platform);
  const folder = (variable: string, inHome: string): string | undefined => {
    const base = baseFolder(variable, inHome, surroundings);
    return dir ?? (base && join(base, "aqbridge"));
  };
  const isWindows = surroundings.platform === "win32";
  const config = isWindows ? folder("APPDATA", "AppData/Roaming") : folder("XDG_CONFIG_HOME", ".config");
  const state = isWindows
    ? folder("LOCALAPPDATA", "AppData/Local")
    : folder("XDG_STATE_HOME", ".local/state");
  return {
    configFile: config && join(config, "config.json"),
    credentialsFile: state && join(state, "amazonq_credentials.json"),
  };
}
