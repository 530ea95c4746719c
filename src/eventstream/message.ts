import { crc32 } from "node:zlib";
import { damaged } from "./damaged.ts";
import type { Headers } from "./headers.ts";

/** One `application/vnd.amazon.eventstream` message; the payload is a view into the bytes it was decoded from. */
export interface Message {
  headers: Headers;
  payload: Uint8Array;
}

/** Bytes with one view over them: making a view for each number cost a tenth of the decoding. */
export interface Span {
  bytes: Uint8Array;
  view: DataView;
}

export const spanOf = (bytes: Uint8Array): Span => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

export interface Prelude {
  totalLength: number;
  headersLength: number;
}

export const preludeLength = 12;
const checksumLength = 4;

/** Reads and proves the 12 bytes before a message, so that a damaged length is never waited for or allocated. */
export function decodePrelude({ bytes, view }: Span, offset: number, maxLength: number): Prelude {
  const totalLength = view.getUint32(offset);
  const headersLength = view.getUint32(offset + 4);
  if (view.getUint32(offset + 8) !== crc32(bytes.subarray(offset, offset + 8)))
    throw damaged("prelude checksum");
  if (totalLength < preludeLength + checksumLength + headersLength) throw damaged("lengths disagree");
  if (totalLength > maxLength) throw damaged(`message of ${totalLength} bytes, at most ${maxLength} allowed`);
  return { totalLength, headersLength };
}

/** Decodes the message that lies whole at `offset`, whose prelude has been proven. */
export function decodeMessage(
  { bytes, view }: Span,
  offset: number,
  prelude: Prelude,
  decodeHeaders: (bytes: Uint8Array, start: number, end: number) => Headers,
): Message {
  const end = offset + prelude.totalLength - checksumLength;
  if (view.getUint32(end) !== crc32(bytes.subarray(offset, end))) throw damaged("message checksum");
  const payloadStart = offset + preludeLength + prelude.headersLength;
  return {
    headers: decodeHeaders(bytes, offset + preludeLength, payloadStart),
    payload: bytes.subarray(payloadStart, end),
  };
}
