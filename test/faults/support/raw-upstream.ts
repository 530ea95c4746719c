import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** What a service does with one request, byte by byte; `kept` says that it has answered and keeps the connection. */
export type Behaviour = (socket: Socket, request: string) => "kept" | undefined;

/** A service without any HTTP of its own, for what no HTTP server would send. */
export interface RawUpstream {
  url: string;
  /** Behaviours in wait for the next requests, one each; without one it answers with `canary`. */
  script(...behaviours: readonly Behaviour[]): void;
  hits(): number;
  /** Requests whose connection is neither answered nor closed. */
  open(): number;
  /** Connections that were answered on and are open for the next request. */
  kept(): number;
  stop(): Promise<void>;
}

export async function startRawUpstream(canary: Behaviour, tls?: TlsOptions): Promise<RawUpstream> {
  const waiting: Behaviour[] = [];
  const sockets = new Set<Socket>();
  const busy = new Set<Socket>();
  const kept = new Set<Socket>();
  let hits = 0;

  const serve = (socket: Socket) => {
    let received = "";
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      busy.delete(socket);
      kept.delete(socket);
    });
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      received += text;
      if (!isWhole(received)) return;
      const request = received;
      received = "";
      hits++;
      busy.add(socket);
      kept.delete(socket);
      if ((waiting.shift() ?? canary)(socket, request) !== "kept") return;
      busy.delete(socket);
      kept.add(socket);
    });
  };

  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on("tlsClientError", () => {});
  const port = await listening(server);
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    script: (...behaviours) => waiting.push(...behaviours),
    hits: () => hits,
    open: () => busy.size,
    kept: () => kept.size,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

/** What begins as TLS does is no request, and whole as it comes. */
function isWhole(request: string): boolean {
  if (request.startsWith("\u0016")) return true;
  const end = request.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(request.slice(0, end))?.[1] ?? 0;
  return request.length - end - 4 >= Number(length);
}
