import type { Descriptors } from "./descriptors.ts";
import type { KeptConnections } from "./kept-connections.ts";
import { type TcpSocket, tcpTable } from "./tcp-table.ts";

interface Server {
  pid: number;
  /** That it listens at. */
  port: number;
  kept: KeptConnections;
}

/** What a server's process has open that it had not before and need not have now, each in words. */
export const leftOpen = (before: Descriptors, now: Descriptors, server: Server): string[] => [
  ...addedFiles(before.files, now.files),
  ...socketsLeft(before, now, server),
];

function socketsLeft(before: Descriptors, now: Descriptors, { pid, port, kept }: Server): string[] {
  const added = [...now.sockets].filter((inode) => !before.sockets.has(inode));
  if (added.length === 0) return [];
  const table = tcpTable(pid, added);
  const isTests = ofTests(port, known(table, [...now.sockets]));
  const own = known(table, added).filter((socket) => !isTests(socket));
  const isOther = (inode: string) => !table.has(inode);
  return [
    ...own.filter(({ state }) => state === "ending").map(nameOf),
    ...[...kept].flatMap(([to, most]) => surplus(own, to, most)),
    ...added.filter(isOther).map((inode) => `socket ${inode}, which is connected to nothing`),
  ];
}

const known = (table: ReadonlyMap<string, TcpSocket>, inodes: readonly string[]): TcpSocket[] =>
  inodes.flatMap((inode) => table.get(inode) ?? []);

/** In one process with the server may be its clients, and the servers that a test has made for it. */
function ofTests(port: number, sockets: readonly TcpSocket[]): (socket: TcpSocket) => boolean {
  const listening = sockets.filter(({ state }) => state === "listening");
  const served = new Set(listening.map(({ localPort }) => localPort));
  return ({ localPort, remotePort }) => localPort !== port && (remotePort === port || served.has(localPort));
}

const nameOf = ({ localPort, remotePort }: TcpSocket) =>
  `a socket of port ${localPort} that is not, or no more, connected to port ${remotePort}`;

function surplus(sockets: readonly TcpSocket[], port: number, most: number): string[] {
  const { length } = sockets.filter(({ remotePort }) => remotePort === port);
  return length > most ? [`${length} connections to port ${port}, where ${most} may be kept`] : [];
}

/** Those that are there more often than before. */
function addedFiles(before: readonly string[], now: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((name) => {
    const at = rest.indexOf(name);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
