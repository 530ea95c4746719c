import { describe, expect, test } from "bun:test";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { corruptFrame, encodeMessage } from "../../src/simulator/frames.ts";
import type { ScriptedMessage } from "../../src/simulator/script.ts";

const text = (string: string) => new TextEncoder().encode(string);
const smithy = new EventStreamCodec((bytes) => new TextDecoder().decode(bytes), text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

const event = (type: string, payload: unknown): ScriptedMessage => ({ type, payload });
const error: ScriptedMessage = { error: "InternalFailure", message: "boom" };

const vectors: readonly [name: string, message: ScriptedMessage, official: string][] = [
  [
    "A: a text event",
    event("assistantResponseEvent", { content: "Hi" }),
    "0000007c0000005c3bddcf780b3a6576656e742d74797065070016617373697374616e74526573706f6e73654576656e740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74223a224869227db02babdc",
  ],
  [
    "B: the initial response",
    event("initial-response", { conversationId: "c-1" }),
    "0000007e00000056a1c875060b3a6576656e742d74797065070010696e697469616c2d726573706f6e73650d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e766572736174696f6e4964223a22632d31227dc45d6b97",
  ],
  [
    "C: an exception",
    { exception: "throttlingException", payload: { message: "Rate exceeded" } },
    "0000008c000000612b81d3340f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a2252617465206578636565646564227db95ad7de",
  ],
  [
    "D: an error",
    error,
    "0000005a0000004a8188a08d0b3a6572726f722d636f646507000f496e7465726e616c4661696c7572650e3a6572726f722d6d657373616765070004626f6f6d0d3a6d6573736167652d747970650700056572726f72f8d6999d",
  ],
  [
    "F: letters of more than a byte",
    event("assistantResponseEvent", { content: "é😀" }),
    "000000800000005cb61972240b3a6576656e742d74797065070016617373697374616e74526573706f6e73654576656e740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74223a22c3a9f09f9880227dc011d24a",
  ],
];

describe("the simulator's own encoder", () => {
  test.each(vectors)("makes the bytes of AWS's codec: %s", (_, message, official) => {
    expect(hex(encodeMessage(message))).toBe(official);
  });

  test.each([0, 1, 2, 3])("is read by smithy's codec with the headers turned by %d", (rotation) => {
    const { headers, body } = smithy.decode(encodeMessage(event("toolUseEvent", { name: "f" }), rotation));
    expect(headers).toEqual({
      ":event-type": { type: "string", value: "toolUseEvent" },
      ":content-type": { type: "string", value: "application/json" },
      ":message-type": { type: "string", value: "event" },
    });
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({ name: "f" });
  });

  test("turns the headers into another order", () => {
    const first = (rotation: number) => Object.keys(smithy.decode(encodeMessage(error, rotation)).headers)[0];
    expect([0, 1, 2, 3].map(first)).toEqual([
      ":error-code",
      ":error-message",
      ":message-type",
      ":error-code",
    ]);
  });

  test.each(["prelude", "message"] as const)(
    "can make a wrong %s checksum, which smithy refuses",
    (checksum) => {
      const frame = corruptFrame(encodeMessage(error), checksum);
      expect(() => smithy.decode(frame)).toThrow(`${checksum} checksum`);
    },
  );
});
