import { defaultRegion } from "../auth/region.ts";
import type { LoginStatus } from "../auth/token-source.ts";
import type { Config } from "../config/options.ts";
import { version } from "../version.ts";
import type { Service } from "./service.ts";

/** What a person wants to know at the start: which login, which hosts, and how to point a client here. */
export async function banner(url: string, config: Config, service: Service): Promise<string> {
  const status = await service.tokens.status();
  const rows: readonly (readonly [string, string])[] = [
    ["login", config.demo ? "none needed: answers come from a built-in simulator" : describeLogin(status)],
    ["Amazon Q", service.endpoint(config.profileArn ?? status.profileArn ?? undefined)],
    ["OIDC", service.oidcHost(status.region ?? defaultRegion) ?? "none"],
    ["Anthropic", `export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${keyHint(config)}`],
    ["OpenAI", `export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${keyHint(config)}`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`);
  return `aqbridge ${version}\n${lines.join("\n")}\n`;
}

const keyHint = ({ apiKey }: Config) => (apiKey === undefined ? "any" : "<your key>");

function describeLogin({ state, source, expiresAt, searched }: LoginStatus): string {
  if (state === "missing") return `none found; run \`aqbridge login\` (searched ${searched.join("; ")})`;
  const until = expiresAt ? `, valid until ${expiresAt.toISOString()}` : "";
  return state === "expired" ? `${source}, expired; run \`aqbridge login\`` : `${source}${until}`;
}
