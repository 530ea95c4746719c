import { posix, win32 } from "node:path";

export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  /** The user's home directory; undefined when there is none. */
  home: string | undefined;
  platform: NodeJS.Platform;
}

/** How paths are spelled on the platform. */
export const pathsOf = (platform: NodeJS.Platform) => (platform === "win32" ? win32 : posix);

/**
 * The folder that a variable names, else one in the home directory; undefined without either. A relative path in the
 * variable is invalid and ignored, as the XDG Base Directory Specification has it.
 */
export function baseFolder(
  variable: string,
  inHome: string,
  { environment, home, platform }: Surroundings,
): string | undefined {
  const { isAbsolute, join } = pathsOf(platform);
  const named = environment[variable];
  if (named && isAbsolute(named)) return named;
  return home ? join(home, inHome) : undefined;
}
