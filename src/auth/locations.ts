import { posix, win32 } from "node:path";

interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  home: string | undefined;
  platform: NodeJS.Platform;
}

/** The Amazon Q CLI's database; undefined when there is no home directory to look in. */
export const cliDatabasePath = (surroundings: Surroundings): string | undefined =>
  inCliFolder(surroundings, "data.sqlite3");

/** The Amazon Q CLI's settings, beside its database. */
export const cliSettingsPath = (surroundings: Surroundings): string | undefined =>
  inCliFolder(surroundings, "settings.json");

function inCliFolder(surroundings: Surroundings, file: string): string | undefined {
  const { join } = surroundings.platform === "win32" ? win32 : posix;
  const folder = userDataFolder(surroundings);
  return folder === undefined ? undefined : join(folder, "amazon-q", file);
}

function userDataFolder({ environment, home, platform }: Surroundings): string | undefined {
  const inHome = home ? (path: string) => `${home}/${path}` : () => undefined;
  switch (platform) {
    case "darwin":
      return inHome("Library/Application Support");
    case "win32":
      return environment["LOCALAPPDATA"] || inHome("AppData/Local");
    default: {
      const named = environment["XDG_DATA_HOME"];
      // The XDG specification: a relative path is invalid and to be ignored.
      return named?.startsWith("/") ? named : inHome(".local/share");
    }
  }
}
