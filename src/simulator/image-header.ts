/** What the first bytes of a picture say of it. */
export interface ImageHeader {
  format: "png" | "jpeg" | "gif" | "webp";
  /** Undefined when the header is cut off or damaged. */
  size: { width: number; height: number } | undefined;
}

/** Reads a picture's format and size from its base64, decoding only the bytes it looks at. */
export function readImageHeader(base64: string): ImageHeader | undefined {
  const head = bytesAt(base64, 0, 30);
  if (head.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n") return { format: "png", size: pngSize(head) };
  if (head.toString("latin1", 0, 4) === "GIF8") return { format: "gif", size: gifSize(head) };
  if (head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP")
    return { format: "webp", size: webpSize(head) };
  if (head.toString("latin1", 0, 3) === "\xff\xd8\xff") return { format: "jpeg", size: jpegSize(base64) };
  return undefined;
}

type Size = ImageHeader["size"];

const pngSize = (head: Buffer): Size =>
  head.length < 24 ? undefined : { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };

const gifSize = (head: Buffer): Size =>
  head.length < 10 ? undefined : { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };

/** Its three kinds: lossy, lossless and extended. */
function webpSize(head: Buffer): Size {
  if (head.length < 30) return undefined;
  switch (head.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Steps from segment to segment, for the one with the size may come after a long preview. */
function jpegSize(base64: string): Size {
  let offset = 2;
  for (let segments = 0; segments < 1000; segments++) {
    const segment = bytesAt(base64, offset, 9);
    if (segment.length < 9 || segment[0] !== 0xff) return undefined;
    if (startsFrame(segment[1] ?? 0))
      return { width: segment.readUInt16BE(7), height: segment.readUInt16BE(5) };
    offset += 2 + segment.readUInt16BE(2);
  }
  return undefined;
}

/** SOF0 to SOF15, among which three codes mean something else. */
const startsFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function bytesAt(base64: string, offset: number, length: number): Buffer {
  const group = Math.floor(offset / 3);
  const within = offset - group * 3;
  const decoded = Buffer.from(base64.slice(group * 4, Math.ceil((offset + length) / 3) * 4), "base64");
  return decoded.subarray(within, within + length);
}
