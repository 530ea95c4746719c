/** The smallest file that a reader of headers takes for a picture of that size, as base64. */
export interface Picture {
  format: "png" | "jpeg" | "gif" | "webp";
  data: string;
}

const base64 = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
  ).toString("base64");

const bigEndian16 = (value: number) => [value >> 8, value & 0xff];
const littleEndian16 = (value: number) => bigEndian16(value).reverse();
const bigEndian32 = (value: number) => [0, 0, ...bigEndian16(value)];
const littleEndian24 = (value: number) => [...littleEndian16(value), 0];

export const png = (width: number, height: number): Picture => ({
  format: "png",
  data: base64(
    "\x89PNG\r\n\x1a\n",
    [0, 0, 0, 13],
    "IHDR",
    bigEndian32(width),
    bigEndian32(height),
    [8, 6, 0, 0, 0, 0, 0, 0, 0],
  ),
});

/** With `metadata` bytes of an APP1 segment in front of the frame header, as cameras write it. */
export const jpeg = (width: number, height: number, metadata = 0): Picture => ({
  format: "jpeg",
  data: base64(
    [0xff, 0xd8, 0xff, 0xe1, ...bigEndian16(metadata + 2)],
    new Array<number>(metadata).fill(0xc0),
    [0xff, 0xc0, 0, 17, 8, ...bigEndian16(height), ...bigEndian16(width), 3],
  ),
});

export const gif = (width: number, height: number): Picture => ({
  format: "gif",
  data: base64("GIF89a", littleEndian16(width), littleEndian16(height), [0, 0, 0, 0x3b]),
});

export const webp = (width: number, height: number): Picture => ({
  format: "webp",
  data: base64(
    "RIFF",
    [30, 0, 0, 0],
    "WEBPVP8X",
    [10, 0, 0, 0, 0, 0, 0, 0],
    littleEndian24(width - 1),
    littleEndian24(height - 1),
  ),
});

/** Lossy. */
export const webpVp8 = (width: number, height: number): Picture => ({
  format: "webp",
  data: base64(
    "RIFF",
    [30, 0, 0, 0],
    "WEBPVP8 ",
    [10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a],
    littleEndian16(width),
    littleEndian16(height),
  ),
});

/** Lossless. */
export const webpVp8l = (width: number, height: number): Picture => {
  const sides = (width - 1) | ((height - 1) << 14);
  return {
    format: "webp",
    data: base64(
      "RIFF",
      [30, 0, 0, 0],
      "WEBPVP8L",
      [10, 0, 0, 0, 0x2f],
      littleEndian16(sides & 0xffff),
      littleEndian16(sides >>> 16),
      [0, 0, 0, 0, 0],
    ),
  };
};
