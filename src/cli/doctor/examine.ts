import { type Check, type Result, runChecks } from "./check.ts";
import { checkConfiguration, checkPort, checkVariables, checkVersion } from "./local-checks.ts";
import { checkModels, checkToken, sourceCheck } from "./login-checks.ts";
import { checkClock, checkDns, checkProxy, checkVerification, describeProbe } from "./network-checks.ts";
import { checkOwnFile } from "./own-file.ts";
import { type Facts, gatherFacts, type Subject } from "./subject.ts";

/** Every check there is, in the order of the report; they run side by side. */
const checksOf = (subject: Subject, facts: Facts): readonly Check[] => [
  { name: "version", run: checkVersion },
  { name: "configuration", run: () => checkConfiguration(subject) },
  { name: "variables", run: () => checkVariables(subject.surroundings) },
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

/** What is wrong with the subject and what is not. */
export async function examine(subject: Subject): Promise<Result[]> {
  const { config, surroundings, clock } = subject;
  const ownFile = () => checkOwnFile(config.credentialsFile, surroundings.platform);
  const first = await runChecks([{ name: "own file", run: ownFile }], clock);
  return [...first, ...(await runChecks(checksOf(subject, gatherFacts(subject)), clock))];
}
