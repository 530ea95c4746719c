/** Enough for the last event of any answer whose last event is read. */
const tailBytes = 64 * 1024;

/** The last bytes of an answer, at least so many. */
export function createTail() {
  const pieces: Uint8Array[] = [];
  let size = 0;
  return {
    push(bytes: Uint8Array) {
      pieces.push(bytes);
      size += bytes.length;
      while (size - (pieces[0]?.length ?? 0) >= tailBytes) size -= pieces.shift()?.length ?? 0;
    },
    text: () => Buffer.concat(pieces).toString(),
  };
}
