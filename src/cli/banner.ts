import type { LoginStatus } from "../auth/token-source.ts";
import { defaultRegion } from "../aws.ts";
import type { Surroundings } from "../base-folder.ts";
import type { LoadedConfig } from "../config/load.ts";
import { isLoopback } from "../config/loopback.ts";
import { clientUrl, isEveryAddress } from "../http/addresses.ts";
import type { Host } from "../process/host.ts";
import { version } from "../version.ts";
import { envLine } from "./env-line.ts";
import type { Service } from "./service.ts";
import { loginInWords } from "./words.ts";

interface Started extends LoadedConfig {
  /** The actual one, also when any free port was asked for. */
  port: number;
  service: Service;
  surroundings: Surroundings;
  host: Pick<Host, "addresses">;
}

/** What a person wants to know at the start: which login and hosts are used, and how to point a client here. */
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
      ? ["network", `${network.join(", ")}; host names must be listed in server.allowed_hosts`]
      : undefined,
    config.apiKey === undefined ? undefined : ["key", `set by ${origins.apiKey}`],
    ["clients", `${envLine(started)}, or aqbridge setup`],
  ];
  const lines = rows.flatMap((row) => (row ? [`  ${row[0].padEnd(10)} ${row[1]}`] : []));
  return `aqbridge ${version}\n${lines.join("\n")}\n`;
}

/** For other machines, when the server listens everywhere; without link-local addresses, whose zone URLs cannot hold. */
function networkUrls(host: string, port: number, addresses: readonly string[]): readonly string[] {
  if (!isEveryAddress(host)) return [];
  return addresses
    .filter((address) => host.includes(":") || !address.includes(":"))
    .filter((address) => !isLoopback(address) && !address.startsWith("fe80:"))
    .map((address) => clientUrl(address, port));
}

function describeLogin(status: LoginStatus): string {
  const { state, expiresAt, canRefresh } = status;
  if (state === "missing")
    return "none found; run `aqbridge login` (`aqbridge status` shows where it was looked for)";
  const whose = loginInWords(status);
  if (state === "expired") return `${whose}, expired; run \`aqbridge login\``;
  const until = expiresAt ? `, valid until ${expiresAt.toISOString()}` : "";
  return `${whose}${until}${canRefresh ? ", renewed automatically" : ""}`;
}
