import { posix, win32 } from "node:path";

interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  home: string | undefined;
  platform: NodeJS.Platform;
}

/**
 * The folder that a variable names, else one in the home directory; undefined without either. A relative path in the
 * variable is invalid and ignored, as the XDG Base Directory Specification has it.
 */
export function baseFolder(
  variable: string,
  inHome: string,
  { environment, home, platform }: Surroundings,
): string | undefined {
  const { isAbsolute, join } = platform === "win32" ? win32 : posix;
  const named = environment[variable];
  if (named && isAbsolute(named)) return named;
  return home ? join(home, inHome) : undefined;
}
