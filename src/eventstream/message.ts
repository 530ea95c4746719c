import { checksumOf, checksumOfTwo } from "./checksum.ts";
import { damaged } from "./damaged.ts";
import type { Headers } from "./headers.ts";

/** One `application/vnd.amazon.eventstream` message. */
export interface Message {
  headers: Headers;
  payload: Stretch;
}

/** A range of bytes. A view of them would take as long to make as their text to read (measured). */
export interface Stretch {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Bytes with one view over them; a view for each number took a tenth of the decoding time. */
export interface Span {
  bytes: Buffer;
  view: DataView;
}

export const spanOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Span => ({
  bytes: Buffer.from(buffer, byteOffset, byteLength),
  view: new DataView(buffer, byteOffset, byteLength),
});

export interface Prelude {
  totalLength: number;
  headersLength: number;
}

export const preludeLength = 12;
const checksumLength = 4;

/** Reads and verifies the 12 bytes before a message, so that a damaged length is never waited for or allocated. */
export function decodePrelude({ view }: Span, offset: number, maxLength: number): Prelude {
  const totalLength = view.getUint32(offset);
  const headersLength = view.getUint32(offset + 4);
  if (view.getUint32(offset + 8) !== checksumOfTwo(totalLength, headersLength))
    throw damaged("prelude checksum");
  if (totalLength < preludeLength + checksumLength + headersLength) throw damaged("lengths disagree");
  if (totalLength > maxLength) throw damaged(`message of ${totalLength} bytes, at most ${maxLength} allowed`);
  return { totalLength, headersLength };
}

/** Decodes the complete message at `offset`, whose prelude has been verified. */
export function decodeMessage(
  { bytes, view }: Span,
  offset: number,
  prelude: Prelude,
  decodeHeaders: (bytes: Uint8Array, start: number, end: number) => Headers,
): Message {
  const end = offset + prelude.totalLength - checksumLength;
  if (view.getUint32(end) !== checksumOf(bytes, offset, end)) throw damaged("message checksum");
  const payloadStart = offset + preludeLength + prelude.headersLength;
  return {
    headers: decodeHeaders(bytes, offset + preludeLength, payloadStart),
    payload: { bytes, start: payloadStart, end },
  };
}
