export interface HttpAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff]*)$/;

/**
 * The answers in the bytes of a connection, one per method that was sent; throws on anything that is not HTTP/1.1 to
 * the letter. The rest is what no answer has been made of yet.
 */
export function httpAnswers(received: Buffer, methods: readonly string[]) {
  const answers: HttpAnswer[] = [];
  let rest = received;
  while (rest.length > 0) {
    const read = oneAnswer(rest, methods[answers.length] ?? "GET");
    if (!read) break;
    rest = rest.subarray(read.length);
    if (read.answer.status >= 200) answers.push(read.answer);
  }
  return { answers, rest };
}

function oneAnswer(bytes: Buffer, method: string): { answer: HttpAnswer; length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(matched(statusLine, first)[1]);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = matched(headerLine, line);
    if (headers.has(name.toLowerCase())) throw new Error(`two headers ${name}`);
    headers.set(name.toLowerCase(), value);
  }
  const start = end + 4;
  const isBodiless = method === "HEAD" || status === 204 || status < 200;
  const body = isBodiless ? { text: "", end: start } : bodyOf(bytes, start, headers);
  return body && { answer: { status, headers, body: body.text }, length: body.end };
}

function bodyOf(bytes: Buffer, start: number, headers: ReadonlyMap<string, string>) {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (length !== undefined && coding !== undefined) throw new Error("both a length and chunks");
  if (coding === "chunked") return chunks(bytes, start);
  if (coding !== undefined) throw new Error(`coded as ${coding}`);
  const end = start + Number(matched(/^\d+$/, length ?? "0")[0]);
  return bytes.length < end ? undefined : { text: bytes.toString("utf8", start, end), end };
}

function chunks(bytes: Buffer, start: number): { text: string; end: number } | undefined {
  const pieces: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const line = bytes.toString("latin1", at, lineEnd);
    // What is no HTTP behind a request the runtime refuses at once, in the middle of the answer to it if need be.
    if (/^HTTP\/1\.1 (400|413|431|505) /.test(line)) return undefined;
    const size = Number.parseInt(matched(/^[0-9a-fA-F]+$/, line)[0], 16);
    const from = lineEnd + 2;
    if (bytes.length < from + size + 2) return undefined;
    if (bytes.toString("latin1", from + size, from + size + 2) !== "\r\n")
      throw new Error("no end of a chunk");
    at = from + size + 2;
    if (size === 0) return { text: Buffer.concat(pieces).toString("utf8"), end: at };
    pieces.push(bytes.subarray(from, from + size));
  }
}

function matched(pattern: RegExp, text: string): RegExpExecArray {
  const match = pattern.exec(text);
  if (!match) throw new Error(`not HTTP: ${JSON.stringify(text.slice(0, 100))}`);
  return match;
}
