import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

const headersOf = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { type: "string" as const, value }]),
  );

function encode(headers: Readonly<Record<string, string>>, payload: unknown): Uint8Array {
  const body = payload === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(payload));
  return codec.encode({ headers: headersOf(headers), body });
}

/** An event, encoded by smithy's codec and not by ours. */
export const frame = (type: string, payload: unknown): Uint8Array =>
  encode({ ":event-type": type, ":content-type": "application/json", ":message-type": "event" }, payload);

export const exception = (type: string, payload: unknown): Uint8Array =>
  encode(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    payload,
  );

export const errorFrame = (code: string, message: string): Uint8Array =>
  encode({ ":error-code": code, ":error-message": message, ":message-type": "error" }, undefined);

export const concat = (...frames: readonly Uint8Array[]): Uint8Array => Buffer.concat(frames);
