import type { Behaviour } from "./raw-upstream.ts";

export const eventStream = "content-type: application/vnd.amazon.eventstream";

/** A status line and headers, with the empty line behind them. */
export const head = (status: string, ...headers: readonly string[]): string =>
  `${[`HTTP/1.1 ${status}`, ...headers].join("\r\n")}\r\n\r\n`;

/** The piece as one chunk of a chunked body. */
export const chunk = (piece: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
export const lastChunk = "0\r\n\r\n";

export const chunkedHead = head("200 OK", eventStream, "transfer-encoding: chunked", "connection: close");
/** Neither length nor chunks: the body lasts as long as the connection. */
export const openEndedHead = head("200 OK", eventStream, "connection: close");
export const sizedHead = (length: number, ...headers: readonly string[]): string =>
  head("200 OK", eventStream, `content-length: ${length}`, "connection: close", ...headers);

const joined = (pieces: readonly (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(pieces.map((piece) => Buffer.from(piece)));

/** Says these and closes the connection in order. */
export const finish =
  (...pieces: readonly (string | Uint8Array)[]): Behaviour =>
  (socket) =>
    void socket.end(joined(pieces));

/** Says these and tears the connection down, once they have left. */
export const reset =
  (...pieces: readonly (string | Uint8Array)[]): Behaviour =>
  (socket) =>
    void socket.write(joined(pieces), () => setImmediate(() => socket.resetAndDestroy()));

/** Says these and then nothing more, for ever. */
export const stall =
  (...pieces: readonly (string | Uint8Array)[]): Behaviour =>
  (socket) =>
    void socket.write(joined(pieces));

/** A whole answer, after which the connection serves the next request. */
export const keepAlive =
  (body: Uint8Array): Behaviour =>
  (socket) => {
    socket.write(joined([head("200 OK", eventStream, `content-length: ${body.length}`), body]));
    return "kept";
  };
