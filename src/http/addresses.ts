/** An IP address or a name as it stands in URLs and Host headers. */
export const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Whether a listener on the address is reached by all that the machine has: `0.0.0.0`, or `::` in any spelling. */
export const isEveryAddress = (address: string): boolean => /^[0:.]+$/.test(address);

/** Where a client on this machine finds a server that listens there; without a path. */
export function clientUrl(host: string, port: number): string {
  const everywhere = host.includes(":") ? "::1" : "127.0.0.1";
  return `http://${inUrl(isEveryAddress(host) ? everywhere : host)}:${port}`;
}
