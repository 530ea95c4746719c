type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyServer {
  /** The variable that names it. */
  variable: string;
  /** Without user and password. */
  address: string;
}

const variables: Readonly<Record<string, readonly string[]>> = {
  "https:": ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
  "http:": ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
};

/** The proxy of a URL; undefined when it is connected to directly. */
export type ProxyOf = (url: string) => ProxyServer | undefined;

/** The proxy that the runtime takes for a URL. */
export function proxyFor(url: string, environment: Environment): ProxyServer | undefined {
  const { protocol, hostname, host } = new URL(url);
  const variable = variables[protocol]?.find((name) => environment[name]);
  const value = variable === undefined ? undefined : environment[variable];
  if (variable === undefined || !value) return undefined;
  const exempt = environment["no_proxy"] || environment["NO_PROXY"] || "";
  if (exempt.split(",").some((entry) => covers(entry.trim().toLowerCase(), hostname, host))) return undefined;
  return { variable, address: withoutUser(value) };
}

function covers(entry: string, hostname: string, host: string): boolean {
  if (entry === "" || entry === "*") return entry === "*";
  const suffix = entry.replace(/^\*?\./, "");
  return [hostname, host].some((name) => name === suffix || name.endsWith(`.${suffix}`));
}

/** SOCKS, above all, the runtime does not speak. */
export const isSpoken = ({ address }: ProxyServer): boolean =>
  !address.includes("://") || /^https?:\/\//i.test(address);

/** Its host and port as they were given, for people to read. */
export const proxyHost = ({ address }: ProxyServer): string =>
  address.replace(/^[a-z0-9+.-]+:\/\//i, "").replace(/\/.*$/, "");

/** Nor any part of a password that somebody has not escaped. */
const withoutUser = (address: string): string =>
  address.replace(/^([a-z0-9+.-]+:\/\/)?.*@/is, "$1").replace(/[?#].*$/, "");
