import { Int64, type Message, type MessageHeaders } from "@smithy/eventstream-codec";
import fc from "fast-check";

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

const headerValue = fc.oneof(
  fc.boolean().map((value) => ({ type: "boolean" as const, value })),
  fc.integer({ min: -128, max: 127 }).map((value) => ({ type: "byte" as const, value })),
  fc.integer({ min: -32_768, max: 32_767 }).map((value) => ({ type: "short" as const, value })),
  fc.integer().map((value) => ({ type: "integer" as const, value })),
  fc.integer().map((value) => ({ type: "long" as const, value: Int64.fromNumber(value) })),
  bytes(40).map((value) => ({ type: "binary" as const, value })),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((value) => ({ type: "string" as const, value })),
  fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((value) => ({ type: "timestamp" as const, value })),
  fc.uuid().map((value) => ({ type: "uuid" as const, value })),
);

const headers: fc.Arbitrary<MessageHeaders> = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 30 }),
  headerValue,
  { maxKeys: 6, noNullPrototype: true },
);

/** Event-stream messages with headers of every type, for smithy's codec to encode. */
export const messages = (): fc.Arbitrary<Message[]> =>
  fc.array(fc.record({ headers, body: bytes(600) }), { maxLength: 8 });

/** Smithy's header values in plain ones. */
export const headerValues = (given: MessageHeaders) =>
  Object.fromEntries(
    Object.entries(given).map(([name, { value }]) => [
      name,
      value instanceof Int64 ? BigInt(value.valueOf()) : value,
    ]),
  );

/** Bytes cut into chunks of these lengths, the rest in one. */
export function cutBytes(whole: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const length of lengths) {
    if (start >= whole.length) break;
    chunks.push(whole.subarray(start, start + length));
    start += length;
  }
  chunks.push(whole.subarray(start));
  return chunks;
}
