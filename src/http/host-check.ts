import { inUrl, isEveryAddress } from "./addresses.ts";

interface HostPolicy {
  /** What the server listens on, which is also a name it may be called by. */
  host: string;
  /** Accepted besides that and loopback names; with or without a port. */
  allowedHosts: readonly string[];
  apiKey: string | undefined;
}

/** Whether the server may be called by a Host header; `addresses` returns this machine's, as they are now. */
export function createHostCheck(
  { host: ownHost, allowedHosts, apiKey }: HostPolicy,
  addresses: () => readonly string[],
): (header: string) => boolean {
  const isEverywhere = isEveryAddress(ownHost);
  const listed = [...allowedHosts, ...(isEverywhere ? [] : [inUrl(ownHost)])];
  const hosts = new Set(listed.map((host) => host.toLowerCase()));
  // An address is not a name that a foreign page could rebind; and others who can reach it need the key.
  const isOwnAddress = isEverywhere && apiKey !== undefined ? ownAddresses(addresses) : () => false;

  return (header) => {
    const host = header.toLowerCase();
    const name = host.replace(/:\d{1,5}$/, "");
    return loopbackHost.test(host) || hosts.has(host) || hosts.has(name) || isOwnAddress(name);
  };
}

/**
 * Only exact spellings: a foreign page rebinds with a name that some resolver turns into loopback. Any port: a page cannot
 * choose it, and one that is forwarded here (ssh, containers) is not ours.
 */
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** Looks again at an address that is not known, as networks come and go. */
function ownAddresses(addresses: () => readonly string[]): (host: string) => boolean {
  let known: ReadonlySet<string> = new Set();
  return (host) => {
    if (!known.has(host)) known = new Set(addresses().map(inUrl));
    return known.has(host);
  };
}
