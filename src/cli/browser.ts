import type { Surroundings } from "../base-folder.ts";

/** The command that opens a page in the person's browser; undefined where there is no desktop, as over SSH. */
export function browserCommand(
  url: string,
  { platform, environment }: Surroundings,
): readonly string[] | undefined {
  switch (platform) {
    case "win32":
      // Not `start`: the command interpreter would read the characters of the URL.
      return ["rundll32", "url.dll,FileProtocolHandler", url];
    case "darwin":
      return environment["SSH_CONNECTION"] ? undefined : ["open", url];
    default:
      return environment["DISPLAY"] || environment["WAYLAND_DISPLAY"] ? ["xdg-open", url] : undefined;
  }
}
