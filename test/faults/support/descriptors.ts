import { readdirSync, readlinkSync } from "node:fs";

/** What a process has open, by Linux's own account, but for what the runtime waits with and hands its children. */
export interface Descriptors {
  /** By their inodes. */
  sockets: ReadonlySet<string>;
  /** Paths, of devices too. */
  files: readonly string[];
}

/** Undefined where the system keeps no such account. */
export function descriptorsOf(pid: number): Descriptors | undefined {
  if (process.platform !== "linux") return undefined;
  const links = linksOf(pid);
  return {
    sockets: new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])),
    files: links.filter((link) => !/^(socket|pipe|anon_inode|\/memfd):/.test(link)),
  };
}

function linksOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      // Closed meanwhile, as the one that the folder was read by.
      return [];
    }
  });
}
