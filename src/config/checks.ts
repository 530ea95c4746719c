import type { Surroundings } from "../base-folder.ts";
import type { ConfigFile, ReadFile } from "./file.ts";
import { isLoopback } from "./loopback.ts";
import { suggestion } from "./nearest.ts";
import { type Config, type OptionName, type OptionValues, optionRows } from "./options.ts";
import { UsageError } from "./usage-error.ts";

const minimumKeyBytes = 16;

/** An address that other machines can reach needs a key that cannot be guessed. */
export function refuseOpenServer({ host, apiKey }: OptionValues): void {
  if (isLoopback(host)) return;
  const needed = `--host ${host} can be reached from other machines and needs an API key (AQBRIDGE_API_KEY)`;
  if (apiKey === undefined) throw new UsageError(`${needed}; \`aqbridge key\` makes one.`);
  if (Buffer.byteLength(apiKey) < minimumKeyBytes) {
    throw new UsageError(`${needed} of at least ${minimumKeyBytes} bytes.`);
  }
}

const certificateBlocks = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, each checked: the runtime reports a bad bundle as a socket that did not open. */
export function readCertificates(path: string, readFile: ReadFile): readonly string[] {
  // Loaded late: it brings the streams along, which cost 2 ms at the start.
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  try {
    const certificates = readFile(path).match(certificateBlocks) ?? [];
    for (const certificate of certificates) new X509Certificate(certificate);
    if (certificates.length > 0) return certificates;
  } catch {}
  throw new UsageError(
    `The CA bundle ${path} (AMAZONQ_CA_BUNDLE, ssl.ca_bundle) holds no readable certificates.`,
  );
}

const ownVariables = new Set(
  optionRows.flatMap(([, { env = [] }]) => env.filter((name) => name.startsWith("AQBRIDGE_"))),
);

/** A warning for each variable that looks like one of ours but is not. */
export const unknownVariables = (environment: Surroundings["environment"]) =>
  Object.keys(environment)
    .filter((name) => name.startsWith("AQBRIDGE_") && !ownVariables.has(name))
    .map((name) => `Unknown environment variable ${name}${suggestion(name, ownVariables)}.`);

const secretKeys = optionRows.flatMap(([, { type, keys = [] }]) => (type.secret ? keys : []));

/** A warning for each secret in a file that others can read, as those in a dotfiles repository often are. */
export const sharedSecrets = ({ path, members }: ConfigFile, isShared: (path: string) => boolean) =>
  secretKeys
    .filter((key) => members.has(key) && isShared(path))
    .map((key) => `${key} is in ${path}, which others can read: use a variable, or chmod 600 the file.`);

/** A warning about a file that others can change, and with it where the login is sent. */
export const foreignFile = ({ path, members }: ConfigFile, isForeign: (path: string) => boolean) =>
  members.size > 0 && isForeign(path)
    ? [`Others can change ${path}, and with it where your login is sent: make it your own, with mode 600.`]
    : [];

/** Below this, some ordinary events of the service do not fit; the original program's default is that low. */
const smallestUsualBuffer = 1024 * 1024;

/** The warning that certificates are verified after all, because there is a bundle of them. */
export const overruled = (
  { caBundle }: Pick<OptionValues, "caBundle">,
  origins: Readonly<Record<OptionName, string>>,
): string =>
  `Certificates are verified, although ${origins.sslVerify} switches that off: the CA bundle ${caBundle} (${origins.caBundle}) wins.`;

/** Warnings about values that are valid and may surprise. */
export function remarks(config: Config): string[] {
  const warnings: string[] = [];
  if (config.bufferMaxSize < smallestUsualBuffer) {
    warnings.push(
      `performance.buffer_max_size is ${config.bufferMaxSize}: an answer with a larger event will fail; remove it to use the default.`,
    );
  }
  if (config.credentialsFile === undefined) {
    warnings.push("No home directory: a login cannot be kept; name a folder with --dir.");
  }
  return warnings;
}
