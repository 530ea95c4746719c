import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}

/** Sends these bytes as they are and waits for one whole answer; what more there might be to send is never sent. */
export function rawRequest(port: number, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const hasBody = !request.startsWith("HEAD ");
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      received += text;
      const answer = wholeAnswer(received, hasBody);
      if (!answer) return;
      socket.destroy();
      resolve(answer);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`The connection closed after: ${received}`)));
  });
}

/** The answer's head and, as far as its content-length says, its body; undefined while some of it is missing. */
function wholeAnswer(text: string, hasBody: boolean): RawAnswer | undefined {
  const [head, ...rest] = text.split("\r\n\r\n");
  if (head === undefined || rest.length === 0) return undefined;
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map(lines.map((line) => splitAt(line, ": ")));
  const body = rest.join("\r\n\r\n");
  if (hasBody && Buffer.byteLength(body) < Number(headers.get("content-length") ?? 0)) return undefined;
  return { status: Number(statusLine.split(" ")[1]), headers, body };
}

function splitAt(line: string, separator: string): [string, string] {
  const index = line.indexOf(separator);
  return [line.slice(0, index).toLowerCase(), line.slice(index + separator.length)];
}
