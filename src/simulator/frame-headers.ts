/** A header's value in each of the format's ten types; a plain string is by far the commonest. */
export type HeaderValue =
  | string
  | boolean
  | { int8: number }
  | { int16: number }
  | { int32: number }
  | { int64: bigint }
  | { bytes: Uint8Array }
  | { timestamp: Date }
  | { uuid: string };

/** Name and value pairs: the order is part of the bytes. */
export type FrameHeaders = readonly (readonly [name: string, value: HeaderValue])[];

const text = new TextEncoder();

export function encodeHeaders(headers: FrameHeaders): Uint8Array {
  const parts = headers.flatMap(([name, value]) => {
    const nameBytes = text.encode(name);
    return [Uint8Array.of(nameBytes.length), nameBytes, encodeValue(value)];
  });
  return Buffer.concat(parts);
}

function encodeValue(value: HeaderValue): Uint8Array {
  if (typeof value === "boolean") return Uint8Array.of(value ? 0 : 1);
  if (typeof value === "string") return sized(7, text.encode(value));
  if ("int8" in value) return fixed(2, 1, (view) => view.setInt8(1, value.int8));
  if ("int16" in value) return fixed(3, 2, (view) => view.setInt16(1, value.int16));
  if ("int32" in value) return fixed(4, 4, (view) => view.setInt32(1, value.int32));
  if ("int64" in value) return fixed(5, 8, (view) => view.setBigInt64(1, value.int64));
  if ("bytes" in value) return sized(6, value.bytes);
  if ("timestamp" in value)
    return fixed(8, 8, (view) => view.setBigInt64(1, BigInt(value.timestamp.getTime())));
  return Buffer.from(`09${value.uuid.replaceAll("-", "")}`, "hex");
}

function fixed(type: number, length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(1 + length);
  bytes[0] = type;
  write(new DataView(bytes.buffer));
  return bytes;
}

function sized(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(3 + data.length);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint16(1, data.length);
  bytes.set(data, 3);
  return bytes;
}
