import type { ScriptedMessage } from "./script.ts";

type Header = readonly [name: string, value: string];

const preludeLength = 12;
const checksumLength = 4;
/** The format's number for a text, which all headers of the service are. */
const textType = 7;
const text = new TextEncoder();

/** One event-stream message; its headers are turned by `rotation` places, for the service promises no order. */
export function encodeMessage(message: ScriptedMessage, rotation = 0): Uint8Array {
  const headers = headersOf(message);
  const start = rotation % headers.length;
  const payload = "payload" in message ? JSON.stringify(message.payload) : "";
  return encodeFrame([...headers.slice(start), ...headers.slice(0, start)], text.encode(payload));
}

/** The message with one checksum made wrong. */
export function corruptFrame(frame: Uint8Array, checksum: "prelude" | "message"): Uint8Array {
  const corrupted = frame.slice();
  const at = checksum === "prelude" ? preludeLength - 1 : frame.length - 1;
  corrupted[at] = (corrupted[at] ?? 0) ^ 0xff;
  return corrupted;
}

function headersOf(message: ScriptedMessage): readonly Header[] {
  if ("error" in message)
    return [
      [":error-code", message.error],
      [":error-message", message.message],
      [":message-type", "error"],
    ];
  const [kind, type] = "type" in message ? ["event", message.type] : ["exception", message.exception];
  return [
    [`:${kind}-type`, type],
    [":content-type", "application/json"],
    [":message-type", kind],
  ];
}

function encodeFrame(headers: readonly Header[], payload: Uint8Array): Uint8Array {
  const headerBytes = Buffer.concat(headers.map(encodeHeader));
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

function encodeHeader([name, value]: Header): Uint8Array {
  const valueBytes = text.encode(value);
  const size = [valueBytes.length >> 8, valueBytes.length & 0xff];
  return Buffer.concat([
    Uint8Array.of(name.length),
    text.encode(name),
    Uint8Array.of(textType, ...size),
    valueBytes,
  ]);
}
