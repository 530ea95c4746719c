import { readCertificates, refuseOpenServer, remarks, unknownVariables } from "./checks.ts";
import { type ReadFile, readConfigFile } from "./file.ts";
import { type Surroundings, standardFolders } from "./folders.ts";
import { type Config, type OptionValues, optionRows, options } from "./options.ts";
import { optionValue, type Sources } from "./sources.ts";

export interface ConfigSources extends Surroundings {
  /** Values of the flags given, by their names without dashes; a flag that takes none is `true`. */
  arguments: Readonly<Record<string, string | true>>;
  readFile: ReadFile;
}

export interface LoadedConfig {
  config: Config;
  /** Sentences for the person who started the program. */
  warnings: readonly string[];
}

/** Flags over environment over config.json over defaults. Throws a UsageError for anything that cannot be meant. */
export function loadConfig({ readFile, ...given }: ConfigSources): LoadedConfig {
  const { environment, platform } = given;
  const withoutFile: Sources = { flags: given.arguments, environment, file: undefined, platform };
  const folders = standardFolders(optionValue(options.dir, withoutFile), given);
  const namedFile = optionValue(options.configFile, withoutFile);
  const configFile = namedFile ?? folders.config?.("config.json");
  const file = configFile ? readConfigFile(configFile, namedFile !== undefined, readFile) : undefined;

  const values = readValues({ ...withoutFile, file });
  refuseOpenServer(values);
  const config: Config = {
    ...values,
    configFile,
    credentialsFile: values.credentialsFile ?? folders.state?.("amazonq_credentials.json"),
    // A bundle wins over a wish not to verify, as in the original program.
    sslVerify: values.sslVerify || values.caBundle !== undefined,
    caCertificates: values.caBundle === undefined ? [] : readCertificates(values.caBundle, readFile),
  };
  const warnings = [...(file?.warnings ?? []), ...unknownVariables(environment), ...remarks(values, config)];
  return { config: Object.freeze(config), warnings };
}

/** Each value has been through the type of its own row, and those types are what OptionValues is made of. */
const readValues = (sources: Sources): OptionValues =>
  Object.fromEntries(optionRows.map(([name, row]) => [name, optionValue(row, sources)])) as OptionValues;
