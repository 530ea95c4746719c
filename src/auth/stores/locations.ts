import { win32 } from "node:path";
import { baseFolder, pathsOf, type Surroundings } from "../../base-folder.ts";

/** The Amazon Q CLI's database; undefined when there is no home directory to look in. */
export const cliDatabasePath = (surroundings: Surroundings): string | undefined =>
  inUserData(surroundings, "amazon-q/data.sqlite3");

/** The Amazon Q CLI's settings, beside its database. */
export const cliSettingsPath = (surroundings: Surroundings): string | undefined =>
  inUserData(surroundings, "amazon-q/settings.json");

/** Where kiro-cli may keep its database: on Windows its versions do not agree. */
export function kiroDatabasePaths(surroundings: Surroundings): string[] {
  if (surroundings.platform !== "win32") return present(inUserData(surroundings, "kiro-cli/data.sqlite3"));
  const roaming = baseFolder("APPDATA", "AppData/Roaming", surroundings);
  return present(
    inUserData(surroundings, "Kiro-Cli/data.sqlite3"),
    roaming && win32.join(roaming, "kiro-cli/data.sqlite3"),
  );
}

/** Where the Kiro IDE keeps its login, on every system. */
export const kiroIdePath = ({ home, platform }: Surroundings): string | undefined =>
  home && pathsOf(platform).join(home, ".aws/sso/cache/kiro-auth-token.json");

const present = (...paths: readonly (string | undefined)[]): string[] =>
  paths.flatMap((path) => (path ? [path] : []));

function inUserData(surroundings: Surroundings, file: string): string | undefined {
  const folder = userDataFolder(surroundings);
  return folder && pathsOf(surroundings.platform).join(folder, file);
}

function userDataFolder(surroundings: Surroundings): string | undefined {
  const { home, platform } = surroundings;
  if (platform === "darwin") return home && `${home}/Library/Application Support`;
  return platform === "win32"
    ? baseFolder("LOCALAPPDATA", "AppData/Local", surroundings)
    : baseFolder("XDG_DATA_HOME", ".local/share", surroundings);
}
