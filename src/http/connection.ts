import { defaultPorts, type ProxyOf, proxyHost } from "./proxy.ts";

/** Where a connection goes. */
export interface Address {
  host: string;
  port: number;
}

/** Resolves once the address accepts a connection, which is then closed; rejects when it refuses, or when the signal aborts. */
export type OpenConnection = (address: Address, signal: AbortSignal) => Promise<void>;

export const openConnection: OpenConnection = (address, signal) =>
  new Promise((resolve, reject) => {
    // Loaded late: it loads the streams too, which take 2 ms of a start.
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

/** What a request for the URL connects to: its host, or the proxy; undefined when that is no address. */
export function addressOf(url: string, proxyOf: ProxyOf): Address | undefined {
  const proxy = proxyOf(url);
  const isPlain = proxy !== undefined && !proxy.address.includes("://");
  const parsed = URL.parse(isPlain ? `http://${proxyHost(proxy)}` : (proxy?.address ?? url));
  if (!parsed?.hostname) return undefined;
  const host = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(parsed.port || defaultPorts[parsed.protocol]) };
}
