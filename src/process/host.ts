import type { LogReader } from "../log/formats.ts";
import type { LogSink } from "../log/sink.ts";

/** What the process that a server runs in offers it. */
export interface Host {
  /** Where the log goes when no file is named, and who reads it there. */
  logSink: LogSink;
  logReader: LogReader;
  /** Milliseconds since the epoch. */
  startedAt: number;
  residentBytes: () => number;
  /** Memory that there is for the process: the machine's, or that of the container it runs in. */
  memoryBytes: number;
  collectGarbage: () => void;
  /** Descriptors that the process may have. */
  maxFiles: number;
  /** Requests to other servers that the runtime sends at once; one more waits. */
  maxFetches: number;
  /** Of the machine's network interfaces, as they are now. */
  addresses: () => readonly string[];
  /** Hands over failures that nobody has caught. */
  onStray: (callback: (error: unknown) => void) => void;
}
