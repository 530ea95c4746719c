import { readCertificates, refuseOpenServer, remarks, sharedSecrets, unknownVariables } from "./checks.ts";
import { type ReadFile, readConfigFile } from "./file.ts";
import { type Surroundings, standardFolders } from "./folders.ts";
import { type Config, type OptionName, type OptionValues, optionRows, options } from "./options.ts";
import { readOption, type Setting, type Sources } from "./sources.ts";

export interface ConfigSources extends Surroundings {
  /** Values of the flags given, by their names without dashes; a flag that takes none is `true`. */
  arguments: Readonly<Record<string, string | true>>;
  readFile: ReadFile;
  /** Whether other users of the machine may read a file. */
  isShared?: (path: string) => boolean;
}

export interface LoadedConfig {
  config: Config;
  /** Who gave each value: a flag, a variable, a member of config.json or `default`. */
  origins: Readonly<Record<OptionName, string>>;
  /** Sentences for the person who started the program. */
  warnings: readonly string[];
}

/** Flags over environment over config.json over defaults. Throws a UsageError for anything that cannot be meant. */
export function loadConfig({ readFile, isShared = () => false, ...given }: ConfigSources): LoadedConfig {
  const { environment, platform } = given;
  const withoutFile: Sources = { flags: given.arguments, environment, file: undefined, platform };
  const folders = standardFolders(readOption(options.dir, withoutFile).value, given);
  const namedFile = readOption(options.configFile, withoutFile).value;
  const configFile = namedFile ?? folders.config?.("config.json");
  const file = configFile ? readConfigFile(configFile, namedFile !== undefined, readFile) : undefined;

  const settings = readSettings({ ...withoutFile, file });
  const values = valuesOf(settings);
  refuseOpenServer(values);
  const config: Config = {
    ...values,
    configFile,
    credentialsFile: values.credentialsFile ?? folders.state?.("amazonq_credentials.json"),
    // A bundle wins over a wish not to verify, as in the original program.
    sslVerify: values.sslVerify || values.caBundle !== undefined,
    caCertificates: values.caBundle === undefined ? [] : readCertificates(values.caBundle, readFile),
  };
  const warnings = [
    ...(file?.warnings ?? []),
    ...(file ? sharedSecrets(file, isShared) : []),
    ...unknownVariables(environment),
    ...remarks(values, config),
  ];
  return { config: Object.freeze(config), origins: originsOf(settings), warnings };
}

type Settings = Readonly<Record<OptionName, Setting<unknown>>>;

const readSettings = (sources: Sources) =>
  Object.fromEntries(optionRows.map(([name, row]) => [name, readOption(row, sources)])) as Settings;

/** Each value has been through the type of its own row, and those types are what OptionValues is made of. */
const valuesOf = (settings: Settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value])) as OptionValues;

const originsOf = (settings: Settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, { origin }]) => [name, origin])) as Record<
    OptionName,
    string
  >;
