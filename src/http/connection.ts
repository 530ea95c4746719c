import { defaultPorts, type ProxyOf, proxyHost } from "./proxy.ts";

/** Where a connection goes. */
export interface Address {
  host: string;
  port: number;
}

/** Resolves once the address has taken a connection, which is closed then; rejects when it refuses, or at the signal. */
export type OpenConnection = (address: Address, signal: AbortSignal) => Promise<void>;

export const openConnection: OpenConnection = (address, signal) =>
  new Promise((resolve, reject) => {
    // Loaded late: it brings the streams along, which take 2 ms of a start.
    const socket = process.getBuiltinModule("node:net").connect(address);
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      settle();
    };
    const giveUp = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("connect", () => end(resolve)).once("error", (error) => end(() => reject(error)));
  });

/** What a request to the URL connects to: its host, or the proxy. Undefined when that is no address. */
export function addressOf(url: string, proxyOf: ProxyOf): Address | undefined {
  const proxy = proxyOf(url);
  const isPlain = proxy !== undefined && !proxy.address.includes("://");
  const parsed = URL.parse(isPlain ? `http://${proxyHost(proxy)}` : (proxy?.address ?? url));
  if (!parsed?.hostname) return undefined;
  const host = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(parsed.port || defaultPorts[parsed.protocol]) };
}
