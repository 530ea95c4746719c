import { crc32 } from "node:zlib";
import type { ScriptedMessage } from "../../../src/simulator/script.ts";
import { errorFrame, exception, frame } from "../../support/frames.ts";

/** A scripted message as smithy's codec encodes it. */
export function encoded(message: ScriptedMessage): Uint8Array {
  if ("type" in message) return frame(message.type, message.payload);
  if ("exception" in message) return exception(message.exception, message.payload);
  return errorFrame(message.error, message.message);
}

export const encodedAll = (messages: readonly ScriptedMessage[]): Buffer =>
  Buffer.concat(messages.map(encoded));

interface Lengths {
  total?: number;
  headers?: number;
}

/** A message with whatever lengths it claims, and true checksums: what only a broken sender makes. */
export function forgedFrame(headers: Uint8Array, payload: Uint8Array, claimed: Lengths = {}): Uint8Array {
  const length = 12 + headers.length + payload.length + 4;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(claimed.total ?? length, 0);
  bytes.writeUInt32BE(claimed.headers ?? headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(headers, 12);
  bytes.set(payload, 12 + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, length - 4)), length - 4);
  return bytes;
}

/** One header of type string. */
export const textHeader = (name: string, value: string): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(Buffer.byteLength(name)),
    Buffer.from(name),
    Uint8Array.of(7, value.length >> 8, value.length & 255),
    Buffer.from(value),
  ]);
