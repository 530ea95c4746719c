import type { Surroundings } from "../base-folder.ts";
import {
  foreignFile,
  overruled,
  readCertificates,
  refuseOpenServer,
  remarks,
  sharedSecrets,
  unknownVariables,
} from "./checks.ts";
import { type ReadFile, readConfigFile } from "./file.ts";
import { type Config, type OptionName, type OptionValues, optionRows, options } from "./options.ts";
import { readOption, type Sources } from "./sources.ts";
import { standardFiles } from "./standard-files.ts";

/** What says where config.json is. */
interface Asking extends Surroundings {
  /** Values of the flags given, by their names without dashes; a flag that takes none is `true`. */
  arguments: Readonly<Record<string, string | true>>;
}

export interface ConfigSources extends Asking {
  readFile: ReadFile;
  /** Whether other users of the machine may read a file. */
  isShared?: (path: string) => boolean;
  /** Whether other users of the machine may change a file. */
  isForeign?: (path: string) => boolean;
}

type Origins = Readonly<Record<OptionName, string>>;

export interface LoadedConfig {
  config: Config;
  /** Who gave each value: a flag, a variable, a member of config.json or `default`. */
  origins: Origins;
  /** Sentences for the person who started the program. */
  warnings: readonly string[];
}

/** Flags over environment over config.json over defaults. Throws a UsageError for anything that cannot be meant. */
export function loadConfig({
  readFile,
  isShared = () => false,
  isForeign = () => false,
  ...given
}: ConfigSources): LoadedConfig {
  const { withoutFile, standard, configFile, isNamed } = placesOf(given);
  const file = configFile ? readConfigFile(configFile, isNamed, readFile) : undefined;

  const { values, asked } = readSettings({ ...withoutFile, file });
  refuseOpenServer(values);
  // A bundle wins over a wish not to verify, as in the original program.
  const isOverruled = !values.sslVerify && values.caBundle !== undefined;
  const config: Config = {
    ...values,
    configFile,
    credentialsFile: values.credentialsFile ?? standard.credentialsFile,
    sslVerify: values.sslVerify || isOverruled,
    caCertificates: values.caBundle === undefined ? [] : readCertificates(values.caBundle, readFile),
  };
  const warnings = [
    ...(file?.warnings ?? []),
    ...(file ? [...foreignFile(file, isForeign), ...sharedSecrets(file, isShared)] : []),
    ...unknownVariables(given.environment),
    ...(isOverruled ? [overruled(values, asked)] : []),
    ...remarks(config),
  ];
  const origins = isOverruled ? { ...asked, sslVerify: asked.caBundle } : asked;
  return { config: Object.freeze(config), origins, warnings };
}

/** Where config.json is looked for; undefined when there is no home directory to look in. */
export const configPath = (asking: Asking): string | undefined => placesOf(asking).configFile;

function placesOf(asking: Asking) {
  const { arguments: flags, platform } = asking;
  const environment = flags["dir"] === undefined ? asking.environment : withoutFiles(asking.environment);
  const withoutFile: Sources = { flags, environment, file: undefined, platform };
  const standard = standardFiles(readOption(options.dir, withoutFile).value, asking);
  const named = readOption(options.configFile, withoutFile).value;
  return { withoutFile, standard, configFile: named ?? standard.configFile, isNamed: named !== undefined };
}

/** `--dir` names the folder of both files, and a flag wins over the variables of each. */
const withoutFiles = (environment: Surroundings["environment"]): Surroundings["environment"] => ({
  ...environment,
  ...Object.fromEntries(fileVariables.map((name) => [name, undefined])),
});

const fileVariables = [options.configFile, options.credentialsFile].flatMap(({ env = [] }) => env);

/** The casts hold: each value has been through the type of its own row, and OptionValues is made of those types. */
function readSettings(sources: Sources) {
  const settings = optionRows.map(([name, row]) => ({ name, ...readOption(row, sources) }));
  return {
    values: Object.fromEntries(settings.map(({ name, value }) => [name, value])) as OptionValues,
    asked: Object.fromEntries(settings.map(({ name, origin }) => [name, origin])) as Origins,
  };
}
