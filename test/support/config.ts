import { type ConfigSources, type LoadedConfig, loadConfig } from "../../src/config/load.ts";

const missing = (path: string) => Object.assign(new Error(`no ${path}`), { code: "ENOENT" });

export interface Given extends Partial<Omit<ConfigSources, "readFile">> {
  /** Files by path; an object is written as JSON. */
  files?: Readonly<Record<string, unknown>>;
}

export const configPath = "/home/ada/.config/aqbridge/config.json";

/** `loadConfig` for a user `/home/ada` on Linux who has given nothing but what is named here. */
export function load({ files = {}, ...given }: Given = {}): LoadedConfig {
  return loadConfig({
    arguments: {},
    environment: {},
    home: "/home/ada",
    platform: "linux",
    ...given,
    readFile(path) {
      const content = files[path];
      if (content === undefined) throw missing(path);
      return typeof content === "string" ? content : JSON.stringify(content);
    },
  });
}

/** As `load`, with only a config.json given. */
export const loadFile = (content: unknown) => load({ files: { [configPath]: content } });
