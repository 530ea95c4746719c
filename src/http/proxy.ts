type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyServer {
  /** The environment variable that names it. */
  variable: string;
  /** Without user and password. */
  address: string;
}

const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** For URLs that name none. */
export const defaultPorts: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/** The proxy for a URL; undefined when it is reached directly. */
export type ProxyOf = (url: string) => ProxyServer | undefined;

/** The proxy that the runtime uses for a URL; none for `http://`, which is this machine. */
export function proxyFor(url: string, environment: Environment): ProxyServer | undefined {
  const { protocol, hostname, port } = new URL(url);
  const variable = variables.find((name) => environment[name]);
  const value = variable && environment[variable];
  if (protocol !== "https:" || !variable || !value) return undefined;
  const exempt = (environment["no_proxy"] || environment["NO_PROXY"] || "").toLowerCase().split(/[\s,]+/);
  const host = { name: withoutDot(hostname), port: Number(port || defaultPorts[protocol]) };
  if (exempt.some((entry) => covers(entry, host))) return undefined;
  return { variable, address: withoutUser(value) };
}

/** Reads NO_PROXY as the runtime does, but for networks (`10.0.0.0/8`), as none of our hosts is an address. */
function covers(entry: string, host: { name: string; port: number }): boolean {
  if (entry === "*") return true;
  const [, named = "", port] = /^(.*?)(?::(\d+))?$/.exec(bracketed(entry)) ?? [];
  if (port !== undefined && Number(port) !== host.port) return false;
  const suffix = withoutDot(named.replace(/^\*?\./, ""));
  return suffix !== "" && (host.name === suffix || host.name.endsWith(`.${suffix}`));
}

/** An IPv6 address as it stands in URLs. */
const bracketed = (entry: string): string => (/^[^[].*:.*:|^::/.test(entry) ? `[${entry}]` : entry);

const withoutDot = (name: string): string => name.replace(/\.$/, "");

/** Whether the runtime speaks its protocol; SOCKS, above all, it does not. */
export const isSpoken = ({ address }: ProxyServer): boolean =>
  !address.includes("://") || /^https?:\/\//i.test(address);

/** Its host and port as given, for people to read. */
export const proxyHost = ({ address }: ProxyServer): string =>
  address.replace(/^[a-z0-9+.-]+:\/\//i, "").replace(/\/.*$/, "");

/** Removes even parts of a password that was not escaped. */
const withoutUser = (address: string): string =>
  address.replace(/^([a-z0-9+.-]+:\/\/)?.*@/is, "$1").replace(/[?#].*$/, "");
