import { describe, expect, test } from "bun:test";
import { createHeadersDecoder } from "../../src/eventstream/headers.ts";

const text = (value: string) => [...Buffer.from(value)];
/** A header with a value of type string, whose lengths may lie. */
const header = (name: readonly number[], value: readonly number[], length = value.length) =>
  Uint8Array.from([name.length, ...name, 7, length >> 8, length & 0xff, ...value]);
const numbered = (value: number) => header(text("n"), text(`${value}`));

describe("a header block", () => {
  const broken: Record<string, Uint8Array> = {
    "whose value is longer than the block": header(text("a"), text("b"), 2),
    "whose name is longer than the block": Uint8Array.from([200, ...text("a")]),
    "that ends before a value's type": Uint8Array.from([1, ...text("a")]),
    "with a name that is no UTF-8": header([0xff], text("b")),
    "with a value that is no UTF-8": header(text("a"), [0xc3]),
    "with a type that there is not": Uint8Array.from([1, ...text("a"), 10]),
  };

  test.each(Object.entries(broken))("%s is damage, whatever bytes stand behind it", (_, block) => {
    const bytes = Buffer.concat([block, Buffer.alloc(500, "x")]);
    expect(() => createHeadersDecoder()(bytes, 0, block.length)).toThrow(
      expect.objectContaining({
        kind: "protocol",
        cause: expect.objectContaining({ message: "event stream: header block" }),
      }),
    );
  });

  test("is read once, wherever it stands", () => {
    const decode = createHeadersDecoder();
    const block = numbered(1);
    const first = decode(block, 0, block.length);
    expect(decode(Buffer.concat([numbered(2), block]), block.length, 2 * block.length)).toBe(first);
    expect(decode(numbered(2), 0, block.length)).not.toBe(first);
  });

  test("is read anew when sixteen others are remembered, for a service may make up any number of them", () => {
    const decode = createHeadersDecoder();
    const read = (value: number) => decode(numbered(value), 0, numbered(value).length);
    const values = Array.from({ length: 17 }, (_, index) => index + 10);
    const first = values.map(read);
    expect(values.map(read).map((headers, index) => headers === first[index])).toEqual(
      values.map((_, index) => index < 16),
    );
    expect(read(26).get("n")).toBe("26");
  });
});
