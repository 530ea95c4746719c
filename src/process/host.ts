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
  /** Memory there is for the process: the machine's, or its container's. */
  memoryBytes: number;
  collectGarbage: () => void;
  /** Descriptors that the process may have. */
  maxFiles: number;
  /** Requests to other servers that the runtime sends at once; one more waits. */
  maxFetches: number;
  /** The current ones of the machine's network interfaces. */
  addresses: () => readonly string[];
  /** Passes on failures that nobody has caught. */
  onStray: (callback: (error: unknown) => void) => void;
}
