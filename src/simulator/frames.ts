import { encodeHeaders, type FrameHeaders } from "./frame-headers.ts";

const preludeLength = 12;
const checksumLength = 4;
const text = new TextEncoder();

/** One event-stream message: prelude, headers in the order given, payload, both checksums. */
export function encodeFrame(headers: FrameHeaders, payload: Uint8Array): Uint8Array {
  const headerBytes = encodeHeaders(headers);
  const length = preludeLength + headerBytes.length + payload.length + checksumLength;
  const frame = new Uint8Array(length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, length);
  view.setUint32(4, headerBytes.length);
  view.setUint32(8, Bun.hash.crc32(frame.subarray(0, 8)));
  frame.set(headerBytes, preludeLength);
  frame.set(payload, preludeLength + headerBytes.length);
  view.setUint32(length - checksumLength, Bun.hash.crc32(frame.subarray(0, length - checksumLength)));
  return frame;
}

/** `rotation` turns the header list by that many places: the service promises no order. */
export const eventFrame = (type: string, payload: unknown, rotation = 0): Uint8Array =>
  jsonFrame("event", type, payload, rotation);

export const exceptionFrame = (type: string, payload: unknown, rotation = 0): Uint8Array =>
  jsonFrame("exception", type, payload, rotation);

/** The third message type: all is said in headers, the payload is empty. */
export const errorFrame = (code: string, message: string, rotation = 0): Uint8Array =>
  encodeFrame(
    rotate(
      [
        [":error-code", code],
        [":error-message", message],
        [":message-type", "error"],
      ],
      rotation,
    ),
    new Uint8Array(),
  );

/** The frame with one checksum made wrong. */
export function corruptFrame(frame: Uint8Array, checksum: "prelude" | "message"): Uint8Array {
  const corrupted = frame.slice();
  const at = checksum === "prelude" ? preludeLength - 1 : frame.length - 1;
  corrupted[at] = (corrupted[at] ?? 0) ^ 0xff;
  return corrupted;
}

function jsonFrame(
  messageType: "event" | "exception",
  type: string,
  payload: unknown,
  rotation: number,
): Uint8Array {
  const headers: FrameHeaders = [
    [`:${messageType}-type`, type],
    [":content-type", "application/json"],
    [":message-type", messageType],
  ];
  return encodeFrame(rotate(headers, rotation), text.encode(JSON.stringify(payload)));
}

function rotate(headers: FrameHeaders, places: number): FrameHeaders {
  const start = places % headers.length;
  return [...headers.slice(start), ...headers.slice(0, start)];
}
