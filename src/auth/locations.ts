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

/** Where kiro-cli may keep its database: on Windows its versions do not agree. */
export function kiroDatabasePaths(surroundings: Surroundings): string[] {
  const { environment, home, platform } = surroundings;
  if (platform !== "win32") return present(inFolder(surroundings, "kiro-cli", "data.sqlite3"));
  const roaming = environment["APPDATA"] || (home && `${home}/AppData/Roaming`);
  return present(
    inFolder(surroundings, "Kiro-Cli", "data.sqlite3"),
    roaming && win32.join(roaming, "kiro-cli", "data.sqlite3"),
  );
}

/** Where the Kiro IDE keeps its login, on every system. */
export const kiroIdePath = ({ home, platform }: Surroundings): string | undefined =>
  home && joinOn(platform)(home, ".aws/sso/cache/kiro-auth-token.json");

const present = (...paths: readonly (string | undefined)[]): string[] =>
  paths.flatMap((path) => (path ? [path] : []));

const joinOn = (platform: NodeJS.Platform) => (platform === "win32" ? win32 : posix).join;

const inCliFolder = (surroundings: Surroundings, file: string): string | undefined =>
  inFolder(surroundings, "amazon-q", file);

function inFolder(surroundings: Surroundings, name: string, file: string): string | undefined {
  const folder = userDataFolder(surroundings);
  return folder === undefined ? undefined : joinOn(surroundings.platform)(folder, name, file);
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
