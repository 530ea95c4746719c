import { answerFrames, eventStreamType, stampedFrame } from "./answer.ts";
import { serve } from "./serve.ts";
import { findShape } from "./shapes.ts";

/**
 * A process that answers every request with one shape's frames, encoded once. It judges nothing and keeps nothing: what
 * it costs would be taken for the subjects' cost.
 */
const shape = findShape(process.argv[2]);
const frames = answerFrames(shape);
/** As much as one TLS record carries. */
const sliceBytes = 16 * 1024;
const whole = Buffer.concat(frames);

function burst(): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(whole.subarray(offset, offset + sliceBytes));
      offset += sliceBytes;
      if (offset >= whole.length) controller.close();
    },
  });
}

/** All but the last are made when they are due. */
function* stampedFrames(): Generator<Uint8Array> {
  for (let left = shape.events; left > 1; left--)
    yield stampedFrame(performance.timeOrigin + performance.now());
  yield* frames.slice(-1);
}

/** One frame at each beat, also when the timer is late: events that catch up in a heap would cost less than they should. */
function paced(paceMs: number): ReadableStream<Uint8Array> {
  const left = shape.isStamped ? stampedFrames() : frames.values();
  let timer: Timer;
  return new ReadableStream({
    start(controller) {
      const beat = () => {
        const { done, value } = left.next();
        if (!done) return controller.enqueue(value);
        clearInterval(timer);
        controller.close();
      };
      beat();
      timer = setInterval(beat, paceMs);
    },
    cancel: () => clearInterval(timer),
  });
}

serve(async (request) => {
  await request.arrayBuffer();
  const body = shape.paceMs === undefined ? burst() : paced(shape.paceMs);
  return new Response(body, { headers: { "content-type": eventStreamType } });
});
