const type = "application/vnd.amazon.eventstream";

const text = (value: string) => Buffer.from(value, "latin1");

export const streamHead: Uint8Array = text(
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`,
);
export const lastChunk: Uint8Array = text("0\r\n\r\n");

const lineEnd = text("\r\n");

export const chunk = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([text(`${bytes.length.toString(16)}\r\n`), bytes, lineEnd]);

export function jsonAnswer(status: number, body: unknown): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(body));
  const head = `HTTP/1.1 ${status} -\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([text(head), bytes]);
}
