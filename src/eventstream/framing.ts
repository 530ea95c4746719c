import type { Stage } from "../stream/stage.ts";
import { damaged } from "./damaged.ts";
import { createHeadersDecoder } from "./headers.ts";
import {
  decodeMessage,
  decodePrelude,
  type Message,
  type Prelude,
  preludeLength,
  spanOf,
} from "./message.ts";

/** Messages out of bytes cut anywhere. Each byte is copied at most twice; bytes left over at the end are a failure. */
export function frameDecoder(maxMessageLength: number): Stage<Uint8Array, Message> {
  return (next) => {
    const decodeHeaders = createHeadersDecoder();
    let held: Uint8Array[] = [];
    let heldLength = 0;
    let neededLength = preludeLength;

    const hold = (bytes: Uint8Array, needed: number) => {
      held = bytes.length > 0 ? [bytes] : [];
      heldLength = bytes.length;
      neededLength = needed;
    };

    return {
      push(chunk) {
        held.push(chunk);
        heldLength += chunk.length;
        if (heldLength < neededLength) return;

        const bytes = held.length === 1 ? chunk : concatenate(held, heldLength);
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
      },
      end() {
        if (heldLength > 0) throw damaged(`ended ${heldLength} bytes into a message`);
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
