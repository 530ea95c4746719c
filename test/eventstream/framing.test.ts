import { describe, expect, test } from "bun:test";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { BridgeError } from "../../src/errors.ts";
import { frameDecoder } from "../../src/eventstream/framing.ts";
import type { Message } from "../../src/eventstream/message.ts";
import { run } from "../../src/stream/stage.ts";
import { busyMs } from "../support/busy.ts";
import { cases } from "../support/cases.ts";
import { concat, frame } from "../support/frames.ts";
import { cutBytes, headerValues, messages } from "../support/messages.ts";
import { vectors } from "./vectors.ts";

const limit = 24 * 1024 * 1024;
const decode = (...chunks: readonly Uint8Array[]): Message[] => run(frameDecoder(limit), chunks);
const bytesOf = ({ payload: { bytes, start, end } }: Message) => bytes.subarray(start, end);
const plain = (message: Message) => ({
  headers: Object.fromEntries(message.headers),
  body: bytesOf(message).toHex(),
});

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

describe("vectors made with AWS's own codec", () => {
  for (const { name, hex, headers, payload } of vectors) {
    test(name, () => {
      const [message, ...others] = decode(Uint8Array.fromHex(hex));
      if (!message) throw new Error("There is no message.");
      expect(others).toEqual([]);
      expect(Object.fromEntries(message.headers)).toEqual(headers);
      expect(bytesOf(message).toString()).toBe(payload);
    });
  }
});

test("property 1: any frames at any split give the messages that smithy's codec encoded", () =>
  fc.assert(
    fc.property(messages(), fc.array(fc.nat(400)), (sent, cuts) => {
      const bytes = concat(...sent.map((message) => codec.encode(message)));
      expect(decode(...cutBytes(bytes, cuts)).map(plain)).toEqual(
        sent.map(({ headers, body }) => ({ headers: headerValues(headers), body: body.toHex() })),
      );
    }),
    cases,
  ));

test("a damaged byte anywhere yields the messages before it and then one failure, never a message from damaged bytes", () => {
  const frames = ["one", "two", "three"].map((content) => frame("assistantResponseEvent", { content }));
  const bytes = concat(...frames);
  const ends = frames.map((_, index) => concat(...frames.slice(0, index + 1)).length);
  for (let index = 0; index < bytes.length; index++) {
    const damaged = Uint8Array.from(bytes);
    damaged[index] = (damaged[index] ?? 0) ^ 0x01;
    const { whole, error } = decodeUntilFailure(damaged);
    expect(whole).toBe(ends.filter((end) => end <= index).length);
    expect(error).toMatchObject({ kind: "protocol" });
  }
});

test("a cut anywhere inside a message is a failure, and between messages it is none", () => {
  const frames = ["a", "b"].map((content) => frame("assistantResponseEvent", { content }));
  const bytes = concat(...frames);
  const [first = 0] = frames.map((each) => each.length);
  for (let length = 0; length <= bytes.length; length++) {
    const { error } = decodeUntilFailure(bytes.slice(0, length));
    if (length === 0 || length === first || length === bytes.length) expect(error).toBeUndefined();
    else expect(error).toMatchObject({ kind: "protocol" });
  }
});

describe("lengths that cannot be", () => {
  const prelude = (total: number, headers: number) => {
    const bytes = new Uint8Array(12);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, total);
    view.setUint32(4, headers);
    view.setUint32(8, Bun.hash.crc32(bytes.subarray(0, 8)));
    return bytes;
  };
  test.each([
    ["zero bytes", new Uint8Array(16)],
    ["total of zero", prelude(0, 0)],
    ["total below the smallest message", prelude(15, 0)],
    ["headers longer than the message", prelude(32, 17)],
    ["total over the limit", prelude(limit + 1, 0)],
    ["the largest total there is", prelude(0xffffffff, 0)],
  ])("%s fails after twelve bytes", (_, bytes) => {
    expect(() => decode(bytes)).toThrow(BridgeError);
  });
});

test("property 1: a long message in tiny pieces costs time in proportion to its length", () => {
  const decodeTinyPieces = (size: number) => {
    const bytes = frame("assistantResponseEvent", { content: "x".repeat(size) });
    const pieces = cutBytes(bytes, Array(Math.ceil(bytes.length / 16)).fill(16));
    const start = busyMs();
    expect(decode(...pieces)).toHaveLength(1);
    return busyMs() - start;
  };
  decodeTinyPieces(100_000);
  const small = Math.min(...[1, 2, 3].map(() => decodeTinyPieces(100_000)));
  const large = Math.min(...[1, 2, 3].map(() => decodeTinyPieces(1_600_000)));
  expect(large / small).toBeLessThan(16 * 5);
});

function decodeUntilFailure(bytes: Uint8Array): { whole: number; error: unknown } {
  let whole = 0;
  const sink = frameDecoder(limit)({ push: () => void whole++, end() {} });
  try {
    sink.push(bytes);
    sink.end();
    return { whole, error: undefined };
  } catch (error) {
    return { whole, error };
  }
}
