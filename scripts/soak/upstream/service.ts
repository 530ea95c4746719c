import { type Account, createAccount } from "./login.ts";
import { createRequestReader } from "./requests.ts";
import { createRoutes, type Routes, type Visitor } from "./routes.ts";
import { createWire } from "./wire.ts";

export interface Stats {
  /** Requests for answers, refused ones among them. */
  requests: number;
  /** Those of them that are being answered. */
  open: number;
  connections: number;
  /** Refreshes of the login that were granted, and those that were not. */
  refreshes: number;
  refusedRefreshes: number;
}

/** Amazon Q and its login service, cheap enough to be given as much work as the bridge can take. */
export interface Service extends Pick<Routes, "delayOidc"> {
  url: string;
  account: Account;
  stats(): Stats;
  /** Ends quiet connections, as servers do after a while. */
  closeIdle(): void;
  stop(): void;
}

interface Connected extends Visitor {
  read: (bytes: Buffer) => void;
}

export function startService(): Service {
  const account = createAccount();
  const routes = createRoutes(account);
  const visitors = new Map<Bun.Socket<Connected>, Connected>();

  const welcome = (socket: Bun.Socket<Connected>) => {
    const visitor: Connected = {
      read: createRequestReader((request) => routes.serve(request, visitor)),
      wire: createWire(socket),
      isBusy: false,
      giveUp() {},
    };
    socket.data = visitor;
    visitors.set(socket, visitor);
  };
  const leave = (socket: Bun.Socket<Connected>) => {
    visitors.get(socket)?.giveUp();
    visitors.delete(socket);
  };

  const listener = Bun.listen<Connected>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: welcome,
      data: (socket, bytes) => socket.data.read(bytes),
      drain: (socket) => socket.data.wire.drain(),
      close: leave,
      error: leave,
    },
  });

  return {
    url: `http://127.0.0.1:${listener.port}`,
    account,
    delayOidc: routes.delayOidc,
    stats() {
      const open = [...visitors.values()].filter(({ isBusy }) => isBusy).length;
      return { requests: routes.requests(), open, connections: visitors.size, ...account.stats() };
    },
    closeIdle() {
      for (const [socket, { isBusy }] of visitors) if (!isBusy) socket.end();
    },
    stop: () => listener.stop(true),
  };
}
