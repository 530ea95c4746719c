import type { Fetch } from "../../src/http/fetch.ts";
import { watch, watchAnswer } from "./taint.ts";

type Answerer = (request: Request) => Response | Promise<Response>;

/** The same server; what its answers give away is noted. */
export const overheard =
  (answer: Answerer) =>
  async (request: Request): Promise<Response> => {
    const response = await answer(request);
    const place = `the answer to ${request.method} ${request.url}`;
    watch(place, JSON.stringify([...response.headers]));
    if (response.body === null) return response;
    if (lasts(response.headers)) return new Response(readAlong(response.body, place), response);
    const text = await response.text();
    const mayQuote = response.ok && !/\/(?:metrics|health|credentials|token)$/.test(request.url);
    return new Response((mayQuote ? watchAnswer : watch)(place, text), response);
  };

/** What ends later than it is said: a stream, and what lingers before its connection closes. */
const lasts = (headers: Headers): boolean =>
  headers.get("connection") === "close" || !!headers.get("content-type")?.startsWith("text/event-stream");

/** The same; nothing of a request to the service but the header for it may hold a secret. */
export const overheardFetch =
  (fetch: Fetch): Fetch =>
  (url, init) => {
    const { authorization: _, ...headers } = Object.fromEntries(new Headers(init.headers));
    watchAnswer("a request to the service", JSON.stringify([url, headers, startOf(init.body)]));
    return fetch(url, init);
  };

/** All of a stream would take long in the tests that are about speed; after this many bytes only failures are read. */
const patience = 100_000;

const startOf = (body: unknown): string =>
  body instanceof Uint8Array
    ? Buffer.from(body.subarray(0, patience)).toString()
    : String(body).slice(0, patience);

/** At the start of a line, where nothing can stand that a model says. */
const failure = /^(?:event: error$|data: \{"error":)/m;

/** Takes no byte before it is asked for one, and hands on a client's leaving, as the stream itself does. */
function readAlong(body: ReadableStream<Uint8Array>, place: string): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let left = patience;
  const listen = (chunk: Uint8Array) => {
    const text = new TextDecoder().decode(chunk.subarray(-patience));
    const failsAt = text.search(failure);
    if (failsAt >= 0) watch(place, text.slice(failsAt));
    if (left > 0) watchAnswer(place, text);
    left -= chunk.length;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        listen(value);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
