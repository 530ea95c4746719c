import { closeSync, constants, fchmodSync, fstatSync, openSync, writeSync } from "node:fs";
import { createSink, type LogSink } from "./sink.ts";

interface LogFile extends LogSink {
  /** Goes on in whatever has the path now, as after a rotation; throws, and changes nothing, if it cannot be opened. */
  reopen(): void;
}

/** A file that grows, readable by its owner alone. Throws what the file system throws. */
export function openLogFile(path: string): LogFile {
  let file = open(path);
  let sink = sinkOver(file);
  let droppedBefore = 0;
  return {
    write: (line) => sink.write(line),
    dropped: () => droppedBefore + sink.dropped(),
    reopen() {
      const next = open(path);
      closeSync(file);
      droppedBefore += sink.dropped();
      file = next;
      sink = sinkOver(file);
    },
  };
}

const sinkOver = (file: number) => createSink((bytes) => writeSync(file, bytes));

const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;

/** A named pipe without a reader is an error instead of a wait. */
function open(path: string): number {
  const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600);
  if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
  return file;
}
