import type { Clock } from "../clock.ts";
import { late, within } from "./alarm.ts";

/** A client that sends nothing for so long, twice, has read the answer or has nothing more to send. */
const quietMs = 500;
/** After one silence there may still be bytes that a busy event loop has not got to. */
const mostSilences = 2;
const mostMs = 10_000;

/**
 * The answer to a request whose body is not wanted, on a connection that closes after it. What the client still sends is
 * read for a while and discarded: closing a connection with bytes unread resets it, and a reset can destroy the answer
 * before the client has read it (RFC 9112, 9.6).
 */
export function lingering(answer: Response, request: Request, clock: Clock): Response {
  answer.headers.set("connection", "close");
  // Nothing is left of a body that has been read, or is being read.
  if (!request.body || request.body.locked) return answer;
  const rest = request.body.getReader();
  let isSaid = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (isSaid) {
          await discard(rest, clock);
          return controller.close();
        }
        isSaid = true;
        controller.enqueue(await answer.bytes());
      },
      cancel: () => rest.cancel(),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, answer);
}

type BodyReader = Pick<ReadableStreamDefaultReader, "cancel" | "read">;

async function discard(body: BodyReader, clock: Clock): Promise<void> {
  const deadline = clock.steady() + mostMs;
  try {
    let piece = body.read();
    for (let silences = 0; silences < mostSilences && clock.steady() < deadline; ) {
      const read = await within(clock, quietMs, piece);
      if (read !== late && read.done) return;
      silences = read === late ? silences + 1 : 0;
      if (read !== late) piece = body.read();
    }
  } catch {
    // The client has left.
  } finally {
    body.cancel().catch(() => {});
  }
}
