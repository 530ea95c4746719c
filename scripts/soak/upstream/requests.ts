/** As much of a request as the upstream looks at. */
export interface Received {
  method: string;
  path: string;
  bearer: string;
  /** The first 64 KB of its body. */
  text: string;
}

const headEnd = Buffer.from("\r\n\r\n");
const keptBytes = 64 * 1024;

/** Reads the requests of one connection, one after the other; bodies have a stated length. */
export function createRequestReader(onRequest: (request: Received) => void): (bytes: Buffer) => void {
  let head = Buffer.alloc(0);
  let body: Buffer[] = [];
  let keptSize = 0;
  let missing = -1;

  const finish = () => {
    const request = { ...readHead(head.toString("latin1")), text: Buffer.concat(body).toString() };
    head = Buffer.alloc(0);
    body = [];
    keptSize = 0;
    missing = -1;
    onRequest(request);
  };

  const readBody = (bytes: Buffer) => {
    missing -= bytes.length;
    if (keptSize < keptBytes) body.push(Buffer.from(bytes.subarray(0, keptBytes - keptSize)));
    keptSize += bytes.length;
    if (missing <= 0) finish();
  };

  return (bytes) => {
    if (missing >= 0) return readBody(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(headEnd);
    if (end < 0) return;
    const rest = head.subarray(end + headEnd.length);
    head = head.subarray(0, end);
    missing = Number(/^content-length: *(\d+)/im.exec(head.toString("latin1"))?.[1] ?? 0);
    readBody(rest);
  };
}

function readHead(head: string) {
  const [method = "", target = ""] = head.split(" ", 2);
  const bearer = /^authorization: *Bearer (\S+)/im.exec(head)?.[1] ?? "";
  return { method, path: target.split("?", 1)[0] ?? "", bearer };
}
