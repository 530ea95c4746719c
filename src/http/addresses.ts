/** An IP address or a name as it stands in URLs and Host headers. */
export const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Whether it stands for all of the machine's addresses: `0.0.0.0`, or `::` in any spelling. */
export const isEveryAddress = (address: string): boolean => /^[0:.]+$/.test(address);

/** Where clients on this machine find a server that listens there; without a path. */
export function clientUrl(host: string, port: number): string {
  const everywhere = host.includes(":") ? "::1" : "127.0.0.1";
  return `http://${inUrl(isEveryAddress(host) ? everywhere : host)}:${port}`;
}
