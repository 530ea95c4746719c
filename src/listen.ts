import { networkInterfaces } from "node:os";
import type { Server } from "bun";
import { clientUrl } from "./http/addresses.ts";

export interface ListenOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Whole ones, of which the runtime counts to 255 in steps of four: quiet connections are closed then. */
  idleSeconds: number;
  fetch: (request: Request) => Response | Promise<Response>;
  /** The answer where that throws or rejects; the runtime has words of its own for it unless given. */
  error?: (thrown: Error) => Response;
}

export interface Listening {
  port: number;
  /** For clients on this machine; without a path. */
  url: string;
  /** Refuses new connections at once; resolves when the running answers have ended. */
  drain(): Promise<void>;
  /** Cuts whatever is still running. */
  stop(): Promise<void>;
  /** Lifts the idle limit of a request, whichever address it came in by. */
  server: Server<undefined>;
}

const ipv4Loopback = "127.0.0.1";
const ipv6Loopback = "::1";
/** The runtime's own limit answers without a body: ours, which explains itself, comes first. */
const runtimeMaxBody = Number.MAX_SAFE_INTEGER;
const runtimeMaxIdleSeconds = 255;

/** Listens on one address; on 127.0.0.1 also on ::1 where there is one. Throws what the runtime throws when the port is taken. */
export function listen({ host, port, idleSeconds, fetch, error }: ListenOptions): Listening {
  const open = (hostname: string, onPort: number) =>
    Bun.serve({
      hostname,
      port: onPort,
      development: false,
      reusePort: false,
      idleTimeout: Math.min(runtimeMaxIdleSeconds, idleSeconds),
      maxRequestBodySize: runtimeMaxBody,
      fetch,
      ...(error && { error }),
    });
  const first = open(host, port);
  const servers: Server<undefined>[] = [first];
  const chosen = first.port ?? port;
  if (host === ipv4Loopback && hasIpv6Loopback()) {
    try {
      servers.push(open(ipv6Loopback, chosen));
    } catch (error) {
      first.stop(true);
      throw error;
    }
  }
  const stopAll = async (closeActive: boolean) => {
    await Promise.all(servers.map((server) => server.stop(closeActive)));
  };
  return {
    port: chosen,
    url: clientUrl(host, chosen),
    drain: () => stopAll(false),
    stop: () => stopAll(true),
    server: first,
  };
}

const hasIpv6Loopback = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === ipv6Loopback),
  );
