import { crc32 } from "node:zlib";
import { damaged } from "./damaged.ts";
import type { Headers } from "./headers.ts";

/** One `application/vnd.amazon.eventstream` message; the payload is a view into the bytes it was decoded from. */
export interface Message {
  headers: Headers;
  payload: Uint8Array;
}

export interface Prelude {
  totalLength: number;
  headersLength: number;
}

export const preludeLength = 12;
const checksumLength = 4;

/** Reads and proves the 12 bytes before a message, so that a damaged length is never waited for or allocated. */
export function decodePrelude(bytes: Uint8Array, offset: number, maxLength: number): Prelude {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, preludeLength);
  const totalLength = view.getUint32(0);
  const headersLength = view.getUint32(4);
  if (view.getUint32(8) !== crc32(bytes.subarray(offset, offset + 8))) throw damaged("prelude checksum");
  if (totalLength < preludeLength + checksumLength + headersLength) throw damaged("lengths disagree");
  if (totalLength > maxLength) throw damaged(`message of ${totalLength} bytes, at most ${maxLength} allowed`);
  return { totalLength, headersLength };
}

/** Decodes the message that lies whole at `offset`, whose prelude has been proven. */
export function decodeMessage(
  bytes: Uint8Array,
  offset: number,
  prelude: Prelude,
  decodeHeaders: (block: Uint8Array) => Headers,
): Message {
  const end = offset + prelude.totalLength - checksumLength;
  const checksum = new DataView(bytes.buffer, bytes.byteOffset + end, checksumLength).getUint32(0);
  if (checksum !== crc32(bytes.subarray(offset, end))) throw damaged("message checksum");
  const payloadStart = offset + preludeLength + prelude.headersLength;
  return {
    headers: decodeHeaders(bytes.subarray(offset + preludeLength, payloadStart)),
    payload: bytes.subarray(payloadStart, end),
  };
}
