import { connect, type Socket } from "node:net";
import { turnOfLoop, until } from "./event-loop.ts";
import { type HttpAnswer, httpAnswers } from "./http-answers.ts";

/** A connection whose bytes are the test's own. */
export interface RawClient {
  socket: Socket;
  received(): Buffer;
  text(): string;
  /** Whether the server has ended the connection, or it has broken. */
  isClosed(): boolean;
  /** As many answers as methods were sent, each to the last byte; throws on what is not HTTP. */
  answers(...methods: readonly string[]): Promise<readonly HttpAnswer[]>;
  /** As many of them as come while the server is never silent for so many milliseconds. */
  answersWithin(quietMs: number, ...methods: readonly string[]): Promise<readonly HttpAnswer[]>;
}

export function rawClient(url: string, ...bytes: readonly (string | Uint8Array)[]): RawClient {
  const pieces: Buffer[] = [];
  let isClosed = false;
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  for (const piece of bytes) socket.write(piece);
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  socket.on("error", () => {});
  socket.on("end", () => {
    isClosed = true;
  });
  socket.on("close", () => {
    isClosed = true;
  });
  const received = () => Buffer.concat(pieces);

  return {
    socket,
    received,
    text: () => received().toString("utf8"),
    isClosed: () => isClosed,
    async answers(...methods) {
      let read = httpAnswers(received(), methods);
      let size = 0;
      await until(() => {
        const arrived = pieces.length;
        if (arrived > size) read = httpAnswers(received(), methods);
        size = arrived;
        return isClosed || read.answers.length >= methods.length;
      });
      return httpAnswers(received(), methods).answers;
    },
    async answersWithin(quietMs, ...methods) {
      let heard = 0;
      let heardAt = performance.now();
      let count = 0;
      while (!isClosed && count < methods.length && performance.now() - heardAt < quietMs) {
        await turnOfLoop();
        if (pieces.length === heard) continue;
        heard = pieces.length;
        heardAt = performance.now();
        count = httpAnswers(received(), methods).answers.length;
      }
      return httpAnswers(received(), methods).answers;
    },
  };
}

/** The bytes of a request to localhost. */
export function requestText(line: string, headers: readonly string[] = [], body = ""): string {
  return [`${line} HTTP/1.1`, "Host: localhost", ...headers, "", body].join("\r\n");
}

/** The bytes of a POST with a JSON body of a stated length. */
export const postText = (path: string, body: unknown, ...headers: readonly string[]): string => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const own = ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`];
  return requestText(`POST ${path}`, [...own, ...headers], text);
};

/** Sends these bytes, waits for the one answer and leaves. */
export async function rawAnswer(
  url: string,
  ...bytes: readonly (string | Uint8Array)[]
): Promise<HttpAnswer> {
  const [method = "GET"] = String(bytes[0]).split(" ", 1);
  const client = rawClient(url, ...bytes);
  const [answer] = await client.answers(method);
  client.socket.destroy();
  if (!answer) throw new Error(`The connection closed after: ${client.text()}`);
  return answer;
}
