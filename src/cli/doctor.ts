import { lookup } from "node:dns/promises";
import type { LoginStore } from "../auth/login.ts";
import { createCredentialsFile } from "../auth/stores/credentials-file.ts";
import { createLoginStores } from "../auth/stores/login-stores.ts";
import type { Surroundings } from "../base-folder.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { silentLog } from "../log.ts";
import type { Context, Flags } from "./command.ts";
import { failed, type Result, skipped } from "./doctor/check.ts";
import { examine } from "./doctor/examine.ts";
import { checkVersion } from "./doctor/local-checks.ts";
import { pasteable } from "./doctor/pasteable.ts";
import type { Subject } from "./doctor/subject.ts";
import { loginPlaces } from "./login-places.ts";
import { amazonService } from "./service.ts";

/** What every check finds with these flags, fit for a public bug report. */
export async function doctor(settings: Flags, context: Context): Promise<Result[]> {
  const { home } = context.surroundings;
  const { mask } = context.secrets;
  const loaded = tryLoad(settings, context);
  const isBroken = loaded instanceof UsageError;
  const results = isBroken ? withoutConfiguration(loaded) : await examine(subjectOf(loaded, context));
  return results.map((result) => pasteable(result, { home, mask }));
}

function subjectOf(loaded: LoadedConfig, context: Context): Subject {
  const { surroundings, clock } = context;
  const { config } = loaded;
  return {
    ...loaded,
    surroundings,
    clock,
    service: amazonService({ ...context, config, log: silentLog }),
    stores: storesOf(config, surroundings, context),
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  };
}

function tryLoad(settings: Flags, { load }: Context): LoadedConfig | UsageError {
  try {
    return load(settings);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

const withoutConfiguration = ({ message }: UsageError): Result[] => [
  { name: "version", ...checkVersion() },
  { name: "configuration", ...failed(message, "correct it, then run `aqbridge doctor` again") },
  { name: "all else", ...skipped("needs a valid configuration") },
];

function storesOf(
  config: Config,
  surroundings: Surroundings,
  { clock }: Pick<Context, "clock">,
): LoginStore[] {
  const { credentialsFile: path, cliWriteBack: writesBack } = config;
  const log = silentLog;
  return [
    ...(path === undefined ? [] : [createCredentialsFile({ path, clock, log })]),
    ...createLoginStores(loginPlaces(config, surroundings), { clock, log, writesBack }),
  ];
}
