const usual: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Whether only this machine can reach a listener on `host`; a name other than `localhost` counts as reachable. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return usual.has(address) || isLoopbackAddress(address);
}

/** Only for unusual addresses: `node:net` brings the streams along, which cost 2 ms at the start. */
function isLoopbackAddress(address: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const family = isIP(address);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet("127.0.0.0", 8, "ipv4");
  loopback.addAddress("::1", "ipv6");
  return loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}
