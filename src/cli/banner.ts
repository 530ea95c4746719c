import { resolve } from "node:path";
import type { LoginStatus } from "../auth/token-source.ts";
import { defaultRegion } from "../aws.ts";
import type { Surroundings } from "../config/folders.ts";
import type { LoadedConfig } from "../config/load.ts";
import { isLoopback } from "../config/loopback.ts";
import type { OptionName } from "../config/options.ts";
import { clientUrl, isEveryAddress } from "../http/addresses.ts";
import type { Host } from "../process/host.ts";
import { version } from "../version.ts";
import type { Service } from "./service.ts";
import { loginShell, quoted, sourced } from "./shells.ts";

interface Started extends LoadedConfig {
  /** The one that is listened on, also where any was wanted. */
  port: number;
  service: Service;
  surroundings: Surroundings;
  host: Pick<Host, "addresses">;
}

/** What a person wants to know at the start: which login, which hosts, and how to point a client here. */
export async function banner(started: Started): Promise<string> {
  const { config, origins, port, service, host } = started;
  const status = await service.tokens.status();
  const url = clientUrl(config.host, port);
  const network = networkUrls(config.host, port, host.addresses());
  const rows: readonly (readonly [string, string] | undefined)[] = [
    ["login", config.demo ? "none needed: answers come from a built-in simulator" : describeLogin(status)],
    ["Amazon Q", service.endpoint(config.profileArn ?? status.profileArn ?? undefined)],
    ["OIDC", service.oidcHost(status.region ?? defaultRegion) ?? "none"],
    ["Anthropic", url],
    ["OpenAI", `${url}/v1`],
    network.length > 0
      ? ["network", `${network.join(", ")}; names must be listed in server.allowed_hosts`]
      : undefined,
    config.apiKey === undefined ? undefined : ["key", `the one of ${origins.apiKey}`],
    ["clients", `${envLine(started)}, or aqbridge setup`],
  ];
  const lines = rows.flatMap((row) => (row ? [`  ${row[0].padEnd(10)} ${row[1]}`] : []));
  return `aqbridge ${version}\n${lines.join("\n")}\n`;
}

/** By which other machines reach a server that listens everywhere; link-local ones need a zone, which URLs lack. */
function networkUrls(host: string, port: number, addresses: readonly string[]): readonly string[] {
  if (!isEveryAddress(host)) return [];
  return addresses
    .filter((address) => host.includes(":") || !address.includes(":"))
    .filter((address) => !isLoopback(address) && !address.startsWith("fe80:"))
    .map((address) => clientUrl(address, port));
}

/** With what makes of a relative path one for everywhere. */
const repeated = [
  ["host", String],
  ["dir", resolve],
  ["configFile", resolve],
] as const satisfies readonly (readonly [OptionName, (value: string) => string])[];

/** Points the clients of another terminal here, which knows nothing of this one's flags. */
function envLine({ config, origins, port, surroundings }: Started): string {
  const shell = loginShell(surroundings);
  const word = (value: string) => (/^[\w./:+=-]+$/.test(value) ? value : quoted[shell](value));
  const flags = repeated
    .filter(([name]) => origins[name].startsWith("--"))
    .map(([name, lasting]) => ` ${origins[name]} ${word(lasting(config[name] ?? ""))}`);
  const portFlag = origins.port === "default" ? "" : ` --port ${port}`;
  return sourced[shell](`aqbridge env${portFlag}${flags.join("")}`);
}

function describeLogin({ state, source, expiresAt, searched }: LoginStatus): string {
  if (state === "missing") return `none found; run \`aqbridge login\` (searched ${searched.join("; ")})`;
  const until = expiresAt ? `, valid until ${expiresAt.toISOString()}` : "";
  return state === "expired" ? `${source}, expired; run \`aqbridge login\`` : `${source}${until}`;
}
