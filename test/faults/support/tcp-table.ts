import { readFileSync } from "node:fs";

/** One end of a TCP connection, or a port that is listened at. */
export interface TcpSocket {
  localPort: number;
  /** 0 where a port is listened at. */
  remotePort: number;
  state: "established" | "listening" | "ending";
}

/** The sockets of the machine that a process is on, by their inodes; all that TCP has of the wanted ones. */
export function tcpTable(pid: number, wanted: readonly string[]): ReadonlyMap<string, TcpSocket> {
  const table = new Map(entriesOf(pid, "tcp"));
  if (wanted.every((inode) => table.has(inode))) return table;
  return new Map([...table, ...entriesOf(pid, "tcp6")]);
}

/** See proc_pid_net(5); without those that wait for their time to be over, which are thousands and nobody's any more. */
const entry = /^ *\d+: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) (?!06)([\dA-F]{2})(?: +\S+){5} +(\d+) /gm;

const entriesOf = (pid: number, name: string): [inode: string, socket: TcpSocket][] =>
  [...readFileSync(`/proc/${pid}/net/${name}`, "latin1").matchAll(entry)].map(
    ([, local = "", remote = "", state = "", inode = ""]) => [
      inode,
      { localPort: portOf(local), remotePort: portOf(remote), state: stateOf(state) },
    ],
  );

const portOf = (text: string): number => Number.parseInt(text, 16);

/** As the kernel numbers them: all others are on the way to a connection, or to its end. */
const stateOf = (state: string): TcpSocket["state"] => {
  if (state === "01") return "established";
  return state === "0A" ? "listening" : "ending";
};
