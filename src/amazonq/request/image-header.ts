import type { ImageFormat } from "../wire.ts";

export interface ImageHeader {
  format: ImageFormat;
  /** In pixels; 0 if the file does not say. */
  longestSide: number;
}

/** What the header of an image says (R45, R47), without decoding the rest; undefined for any other file. */
export function readImageHeader(base64: string): ImageHeader | undefined {
  const head = bytesAt(base64, 0, 32);
  const found = formats.find(({ start }) => start.test(head.toString("latin1")));
  return found && { format: found.format, longestSide: found.longestSide(head, base64) };
}

interface FormatReader {
  format: ImageFormat;
  start: RegExp;
  longestSide(head: Buffer, base64: string): number;
}

const formats: readonly FormatReader[] = [
  { format: "png", start: /^\x89PNG\r\n.\n/s, longestSide: pngLongestSide },
  { format: "jpeg", start: /^\xff\xd8\xff/, longestSide: (_, base64) => jpegLongestSide(base64) },
  { format: "gif", start: /^GIF8[79]a/, longestSide: gifLongestSide },
  { format: "webp", start: /^RIFF.{4}WEBP/s, longestSide: webpLongestSide },
];

function pngLongestSide(head: Buffer): number {
  return head.length < 24 ? 0 : Math.max(head.readUInt32BE(16), head.readUInt32BE(20));
}

function gifLongestSide(head: Buffer): number {
  return head.length < 10 ? 0 : Math.max(head.readUInt16LE(6), head.readUInt16LE(8));
}

function webpLongestSide(head: Buffer): number {
  if (head.length < 30) return 0;
  const sides = head.readUInt32LE(21);
  switch (head.toString("latin1", 12, 16)) {
    case "VP8X":
      return 1 + Math.max(head.readUIntLE(24, 3), head.readUIntLE(27, 3));
    case "VP8 ":
      return Math.max(head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff);
    case "VP8L":
      return 1 + Math.max(sides & 0x3fff, (sides >>> 14) & 0x3fff);
    default:
      return 0;
  }
}

/** Markers that start a frame header: 0xC0 to 0xCF except the three that define tables or are reserved. */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Real files have a few dozen segments; the bound keeps a forged one from taking seconds. */
const maxSegments = 1000;

/** Walks from segment to segment, since metadata of any length may come before the frame header. */
function jpegLongestSide(base64: string): number {
  let offset = 2;
  for (let count = 0; count < maxSegments; count++) {
    const segment = bytesAt(base64, offset, 9);
    if (segment.length < 9 || segment[0] !== 0xff) return 0;
    const marker = segment.readUInt8(1);
    if (isStartOfFrame(marker)) return Math.max(segment.readUInt16BE(5), segment.readUInt16BE(7));
    // A marker may be preceded by any number of fill bytes.
    offset += marker === 0xff ? 1 : 2 + segment.readUInt16BE(2);
  }
  return 0;
}

/** Fewer bytes than asked for at the end of the file. */
function bytesAt(base64: string, offset: number, length: number): Buffer {
  const group = Math.floor(offset / 3);
  const skipped = offset - group * 3;
  const characters = Math.ceil((skipped + length) / 3) * 4;
  return Buffer.from(base64.slice(group * 4, group * 4 + characters), "base64").subarray(
    skipped,
    skipped + length,
  );
}
