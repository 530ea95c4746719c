import { baseFolder, pathsOf, type Surroundings } from "../../base-folder.ts";
import type { Edits } from "../edit/edit.ts";
import type { Bridge } from "./bridge.ts";

export type Variables = Readonly<Record<string, string>>;

/** A program that talks to language models, and how it is told to talk to the bridge. */
export interface Client {
  title: string;
  /** Environment variables that are enough to point it here. */
  variables?(bridge: Bridge): Variables;
  file?: ClientFile;
  /** What the person does then, a sentence each. */
  steps(bridge: Bridge): readonly string[];
}

export interface ClientFile {
  /** Undefined when there is no home directory. */
  path(surroundings: Surroundings): string | undefined;
  /** Never put the bridge's key into the file. */
  edits(bridge: Bridge, surroundings: Surroundings): Edits;
}

/** A path below the home directory. */
export const inHome =
  (...path: readonly string[]) =>
  ({ home, platform }: Surroundings): string | undefined =>
    home === undefined ? undefined : pathsOf(platform).join(home, ...path);

/** A path below the folder for configuration, also on Windows for programs that know no other place there. */
export const inXdgConfig =
  (...path: readonly string[]) =>
  (surroundings: Surroundings): string | undefined => {
    const base = baseFolder("XDG_CONFIG_HOME", ".config", surroundings);
    return base && pathsOf(surroundings.platform).join(base, ...path);
  };
