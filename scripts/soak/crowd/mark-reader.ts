import { nowMicros, ringSize } from "../marks.ts";

export interface MarkReader {
  push(bytes: Uint8Array): void;
  count(): number;
  /** What is wrong with the order of the marks so far. */
  fault(): string | undefined;
}

interface MarkReaderOptions {
  /** How many marks an answer has; a protocol that repeats its text begins with the first one again. */
  events: number;
  /** In bytes that are no text what looks like a mark may stand by chance: only the next one counts. */
  isBinary?: boolean;
  /** Hears how long a mark with a time has travelled when it first comes. */
  onDelay?: (ms: number) => void;
}

const tilde = 0x7e;
const at = 0x40;
const semicolon = 0x3b;
const zero = 0x30;

/** Reads the marks of one answer, however its bytes are cut. */
export function createMarkReader({ events, isBinary = false, onDelay }: MarkReaderOptions): MarkReader {
  let count = 0;
  let fault: string | undefined;
  /** Of the mark that is being read; negative outside of one. */
  let number = -1;
  let sequence = -1;

  const accept = () => {
    const isStamped = sequence >= 0;
    const found = isStamped ? sequence : number;
    const expected = (count % events) % ringSize;
    if (found !== expected) {
      if (!isBinary) fault ??= `mark ${found} came in place of ${expected} after ${count} marks`;
      if (isBinary) return;
    }
    if (isStamped && count < events) onDelay?.((nowMicros() - number) / 1000);
    count++;
  };

  const read = (byte: number) => {
    if (byte >= zero && byte <= zero + 9) {
      number = number * 10 + byte - zero;
    } else if (byte === at && sequence < 0) {
      sequence = number;
      number = 0;
    } else {
      if (byte === semicolon) accept();
      else if (!isBinary) fault ??= `a mark was torn after ${count} marks`;
      number = byte === tilde ? 0 : -1;
      sequence = -1;
    }
  };

  return {
    count: () => count,
    fault: () => fault,
    push(bytes) {
      for (let index = 0; index < bytes.length; index++) {
        if (number < 0) {
          index = bytes.indexOf(tilde, index);
          if (index < 0) return;
          number = 0;
        } else {
          read(bytes[index] ?? 0);
        }
      }
    },
  };
}
