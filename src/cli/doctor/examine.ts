import { type Check, type Result, runChecks } from "./check.ts";
import { checkConfiguration, checkPort, checkVariables, checkVersion } from "./local-checks.ts";
import { checkModels, checkToken, sourceCheck } from "./login-checks.ts";
import { checkClock, checkDns, checkProxy, checkVerification, describeProbe } from "./network-checks.ts";
import { checkOwnFile } from "./own-file.ts";
import { type Facts, gatherFacts, type Subject } from "./subject.ts";

/** Looked at before a login is read, which repairs the mode of the own file. */
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

/** What is wrong with the subject and what is not, in the order of the report. */
export async function examine(subject: Subject): Promise<Result[]> {
  const { clock } = subject;
  const local = await runChecks(localChecks(subject), clock);
  return [...local, ...(await runChecks(otherChecks(subject, gatherFacts(subject)), clock))];
}
