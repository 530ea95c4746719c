import type { Stage } from "../stream/stage.ts";
import { cutShort } from "./damaged.ts";
import { createHeadersDecoder } from "./headers.ts";
import {
  decodeMessage,
  decodePrelude,
  type Message,
  type Prelude,
  preludeLength,
  spanOf,
} from "./message.ts";

/**
 * Messages out of bytes cut anywhere. Only the bytes of a split message are copied, at most twice; bytes left
 * over at the end are a failure. All streams of one decoder share the header blocks it remembers.
 */
export function frameDecoder(maxMessageLength: number): Stage<Uint8Array, Message> {
  const decodeHeaders = createHeadersDecoder();
  return (next) => {
    /** The beginning of a message, and how many bytes are needed to go on with it. */
    let held: Uint8Array[] = [];
    let heldLength = 0;
    let neededLength = preludeLength;

    const hold = (bytes: Uint8Array, needed: number) => {
      held = bytes.length > 0 ? [bytes] : [];
      heldLength = bytes.length;
      neededLength = needed;
    };

    /** Takes the bytes that are needed and returns the others. */
    const fill = (bytes: Uint8Array): Uint8Array => {
      const taken = bytes.subarray(0, neededLength - heldLength);
      held.push(taken);
      heldLength += taken.length;
      return bytes.subarray(taken.length);
    };

    const decode = (bytes: Uint8Array) => {
      const span = spanOf(bytes);
      let offset = 0;
      let prelude: Prelude | undefined;
      while (offset + preludeLength <= bytes.length) {
        prelude = decodePrelude(span, offset, maxMessageLength);
        if (offset + prelude.totalLength > bytes.length) break;
        next.push(decodeMessage(span, offset, prelude, decodeHeaders));
        offset += prelude.totalLength;
        prelude = undefined;
      }
      hold(bytes.subarray(offset), prelude?.totalLength ?? preludeLength);
    };

    return {
      push(chunk) {
        let rest = chunk;
        while (heldLength > 0) {
          rest = fill(rest);
          if (heldLength < neededLength) return;
          decode(concatenate(held, heldLength));
        }
        if (rest.length > 0) decode(rest);
      },
      end() {
        if (heldLength > 0) throw cutShort(`ended ${heldLength} bytes into a message`);
        next.end();
      },
    };
  };
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
