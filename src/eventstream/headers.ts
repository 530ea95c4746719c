import { damaged } from "./damaged.ts";

/** A header's value in the type its wire form names: int64 as bigint, a timestamp as Date, a uuid as hyphenated hex. */
export type HeaderValue = boolean | number | bigint | string | Date | Uint8Array;
export type Headers = ReadonlyMap<string, HeaderValue>;

interface Cursor {
  view: DataView;
  offset: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Different header blocks to remember; Amazon Q's answers have about eight. */
const maxRemembered = 16;

/**
 * Reads each different header block once: all messages of all answers repeat the same few, and reading names and
 * values took a third of the time of decoding a message. Equal blocks give the same object.
 */
export function createHeadersDecoder(): (bytes: Uint8Array, start: number, end: number) => Headers {
  const remembered: { block: Buffer; headers: Headers }[] = [];
  return (bytes, start, end) => {
    for (const { block, headers } of remembered) {
      if (block.length === end - start && block.compare(bytes, start, end) === 0) return headers;
    }
    const block = Buffer.from(bytes.subarray(start, end));
    const headers = decodeHeaders(block);
    if (remembered.length < maxRemembered) remembered.push({ block, headers });
    return headers;
  };
}

/** The last value of a repeated name counts. */
function decodeHeaders(block: Uint8Array): Headers {
  const headers = new Map<string, HeaderValue>();
  const cursor = { view: new DataView(block.buffer, block.byteOffset, block.byteLength), offset: 0 };
  try {
    while (cursor.offset < block.byteLength) {
      const name = utf8.decode(take(cursor, cursor.view.getUint8(advance(cursor, 1))));
      headers.set(name, decodeValue(cursor, cursor.view.getUint8(advance(cursor, 1))));
    }
  } catch (error) {
    throw damaged("header block", error);
  }
  return headers;
}

function decodeValue(cursor: Cursor, type: number): HeaderValue {
  const { view } = cursor;
  const at = (length: number) => advance(cursor, length);
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return view.getInt8(at(1));
    case 3:
      return view.getInt16(at(2));
    case 4:
      return view.getInt32(at(4));
    case 5:
      return view.getBigInt64(at(8));
    case 6:
      return take(cursor, view.getUint16(at(2)));
    case 7:
      return utf8.decode(take(cursor, view.getUint16(at(2))));
    case 8:
      return new Date(Number(view.getBigInt64(at(8))));
    case 9:
      return hyphenated(take(cursor, 16));
    default:
      throw new RangeError(`header type ${type}`);
  }
}

function advance(cursor: Cursor, length: number): number {
  const start = cursor.offset;
  if (start + length > cursor.view.byteLength) throw new RangeError("header runs past its block");
  cursor.offset = start + length;
  return start;
}

function take(cursor: Cursor, length: number): Uint8Array {
  const start = advance(cursor, length);
  return new Uint8Array(cursor.view.buffer, cursor.view.byteOffset + start, length);
}

const hyphenated = (uuid: Uint8Array): string =>
  uuid.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
