import type { ImageFormat } from "../wire.ts";

export interface ImageHeader {
  format: ImageFormat;
  /** In pixels; 0 where the file does not say. */
  longestSide: number;
}

/** What the first bytes of an image say (R45, R47), read without decoding the rest; undefined for any other file. */
export function readImageHeader(base64: string): ImageHeader | undefined {
  const head = bytesAt(base64, 0, 32);
  const found = formats.find(({ isFormat }) => isFormat(head));
  return found && { format: found.format, longestSide: found.longestSide(head, base64) };
}

interface FormatReader {
  format: ImageFormat;
  isFormat(head: Buffer): boolean;
  longestSide(head: Buffer, base64: string): number;
}

const spells = (head: Buffer, offset: number, text: string) =>
  head.toString("latin1", offset, offset + text.length) === text;

const formats: readonly FormatReader[] = [
  {
    format: "png",
    isFormat: (head) => spells(head, 0, "\x89PNG\r\n\x1a\n"),
    longestSide: (head) => (head.length < 24 ? 0 : Math.max(head.readUInt32BE(16), head.readUInt32BE(20))),
  },
  {
    format: "jpeg",
    isFormat: (head) => spells(head, 0, "\xff\xd8\xff"),
    longestSide: (_, base64) => jpegLongestSide(base64),
  },
  {
    format: "gif",
    isFormat: (head) => spells(head, 0, "GIF87a") || spells(head, 0, "GIF89a"),
    longestSide: (head) => (head.length < 10 ? 0 : Math.max(head.readUInt16LE(6), head.readUInt16LE(8))),
  },
  {
    format: "webp",
    isFormat: (head) => spells(head, 0, "RIFF") && spells(head, 8, "WEBP"),
    longestSide: (head) => (head.length < 30 ? 0 : webpLongestSide(head)),
  },
];

function webpLongestSide(head: Buffer): number {
  if (spells(head, 12, "VP8X")) return 1 + Math.max(head.readUIntLE(24, 3), head.readUIntLE(27, 3));
  if (spells(head, 12, "VP8 "))
    return Math.max(head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff);
  if (!spells(head, 12, "VP8L")) return 0;
  const sides = head.readUInt32LE(21);
  return 1 + Math.max(sides & 0x3fff, (sides >>> 14) & 0x3fff);
}

/** Markers that start a frame header: 0xC0 to 0xCF but for the three that define tables or are reserved. */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Real files have some dozen segments; the bound keeps a made-up one from costing seconds. */
const maxSegments = 1000;

/** Walks from segment to segment, since metadata of any length may stand before the frame header. */
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

/** Fewer bytes than asked for where the file ends. */
function bytesAt(base64: string, offset: number, length: number): Buffer {
  const group = Math.floor(offset / 3);
  const skipped = offset - group * 3;
  const characters = Math.ceil((skipped + length) / 3) * 4;
  return Buffer.from(base64.slice(group * 4, group * 4 + characters), "base64").subarray(
    skipped,
    skipped + length,
  );
}
