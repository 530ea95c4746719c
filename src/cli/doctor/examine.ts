import { lookup } from "node:dns/promises";
import { createCredentialsFile } from "../../auth/stores/credentials-file.ts";
import { createLoginStores } from "../../auth/stores/login-stores.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { UsageError } from "../../config/usage-error.ts";
import { silentLog } from "../../log.ts";
import type { Context, Flags } from "../command.ts";
import { loginPlaces } from "../login-places.ts";
import { amazonService } from "../service.ts";
import { type Check, failed, type Result, runChecks, skipped } from "./check.ts";
import { checkConfiguration, checkPort, checkVariables, checkVersion } from "./local-checks.ts";
import { checkModels, checkToken, sourceCheck } from "./login-checks.ts";
import { checkClock, checkDns, checkProxy, checkVerification, describeProbe } from "./network-checks.ts";
import { checkOwnFile } from "./own-file.ts";
import { pasteable } from "./pasteable.ts";
import { type Facts, gatherFacts, type Subject } from "./subject.ts";

interface Examination {
  results: Result[];
  /** Resolves once a refresh that the checks have begun is stored; until then, to exit would cost the user the login. */
  settled: () => Promise<void>;
}

/** The results of all checks with these flags, in the order of the report, fit for a public bug report. */
export async function examine(settings: Flags, context: Context): Promise<Examination> {
  const { home } = context.surroundings;
  const { mask } = context.secrets;
  const { results, settled } = await resultsWith(settings, context);
  return { results: results.map((result) => pasteable(result, { home, mask })), settled };
}

async function resultsWith(settings: Flags, context: Context): Promise<Examination> {
  try {
    const subject = subjectOf(context.load(settings), context);
    const local = await runChecks(localChecks(subject), context.clock);
    const others = await runChecks(otherChecks(subject, gatherFacts(subject)), context.clock);
    return { results: [...local, ...others], settled: subject.service.stop };
  } catch (error) {
    if (error instanceof UsageError) return { results: withoutConfiguration(error), settled: async () => {} };
    throw error;
  }
}

const withoutConfiguration = ({ message }: UsageError): Result[] => [
  { name: "version", ...checkVersion() },
  { name: "configuration", ...failed(message, "correct it, then run `aqbridge doctor` again") },
  { name: "everything else", ...skipped("needs a valid configuration") },
];

function subjectOf(loaded: LoadedConfig, context: Context): Subject {
  const { surroundings, clock } = context;
  const { config } = loaded;
  const { credentialsFile: path, cliWriteBack: writesBack } = config;
  const options = { clock, log: silentLog };
  return {
    ...loaded,
    surroundings,
    clock,
    service: amazonService({ ...context, config, log: silentLog }),
    stores: [
      ...(path === undefined ? [] : [createCredentialsFile({ path, ...options })]),
      ...createLoginStores(loginPlaces(config, surroundings), { ...options, writesBack }),
    ],
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  };
}

/** Made before a login is read, since reading one repairs the mode of its file. */
const localChecks = (subject: Subject): readonly Check[] => [
  { name: "version", run: checkVersion },
  { name: "configuration", run: () => checkConfiguration(subject) },
  { name: "variables", run: () => checkVariables(subject) },
  {
    name: "own file",
    run: () => checkOwnFile(subject.config.credentialsFile, subject.surroundings.platform),
  },
];

const otherChecks = (subject: Subject, facts: Facts): readonly Check[] => [
  ...subject.stores.map(sourceCheck),
  { name: "token", run: () => checkToken(subject, facts) },
  { name: "proxy", run: () => checkProxy(subject, facts) },
  { name: "TLS", run: () => checkVerification(subject) },
  { name: "DNS of Amazon Q", run: async () => checkDns(await facts.amazonQ(), subject) },
  { name: "DNS of the login service", run: async () => checkDns(await facts.loginService(), subject) },
  {
    name: "connection to Amazon Q",
    run: async () => describeProbe(await facts.amazonQ(), await facts.probeAmazonQ()),
  },
  {
    name: "connection to the login service",
    run: async () => describeProbe(await facts.loginService(), await facts.probeLoginService()),
  },
  { name: "clock", run: () => checkClock(subject, facts) },
  { name: "models", run: () => checkModels(subject, facts) },
  { name: "port", run: () => checkPort(subject) },
];
