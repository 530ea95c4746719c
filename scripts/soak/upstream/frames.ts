import { concat, frame } from "../../../test/support/frames.ts";
import { mark, ringSize, stampedMark } from "../marks.ts";

/** Frames one behind the other, and where each begins. */
export interface Ring {
  bytes: Uint8Array;
  starts: readonly number[];
}

function ringOf(frames: readonly Uint8Array[]): Ring {
  const starts = [0];
  for (const { length } of frames) starts.push((starts.at(-1) ?? 0) + length);
  return { bytes: concat(...frames), starts };
}

const numbers = Array.from({ length: ringSize }, (_, index) => index);

const modelId = "claude-sonnet-4.6";
const textFrame = (content: string) => frame("assistantResponseEvent", { content, modelId });
const toolFrame = (members: object) =>
  frame("toolUseEvent", { toolUseId: "tooluse_soak", name: "write", ...members });

/** A piece of text for each number. */
export const textRing = (): Ring => ringOf(numbers.map((index) => textFrame(` ${mark(index)}`)));

/** A fragment of a tool's input for each number. */
export const toolRing = (characters: number): Ring =>
  ringOf(numbers.map((index) => toolFrame({ input: mark(index).padEnd(characters, "x") })));

export const toolOpening: Uint8Array = toolFrame({ input: '{"text":"' });
export const toolClosing: Uint8Array = concat(toolFrame({ input: '"}' }), toolFrame({ stop: true }));

/** What the service says at the end of an answer. */
export const closing = (stopReason: string): Uint8Array =>
  concat(
    frame("meteringEvent", { usage: 0.0213, unit: "credit", unitPlural: "credits" }),
    frame("contextUsageEvent", { contextUsagePercentage: 1.25 }),
    frame("metadataEvent", { stopReason }),
  );

/** Makes frames of text that carry their time; the checksum is all that is reckoned anew for each. */
export function createStampedFrames(): (index: number, micros: number) => Uint8Array {
  const template = Buffer.from(textFrame(` ${stampedMark(0, 0)}`));
  const start = template.indexOf(stampedMark(0, 0));
  const end = template.length - 4;
  return (index, micros) => {
    const one = Buffer.from(template);
    one.write(stampedMark(index, micros), start, "latin1");
    one.writeUInt32BE(Bun.hash.crc32(one.subarray(0, end)), end);
    return one;
  };
}
