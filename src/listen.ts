import { networkInterfaces } from "node:os";
import type { Server } from "bun";
import { clientUrl } from "./http/addresses.ts";

interface ListenOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** When to close a quiet connection; the runtime rounds to steps of four, up to 255. */
  idleSeconds: number;
  /** Neither throws nor rejects; the runtime would answer with a page of its own. */
  fetch: (request: Request) => Response | Promise<Response>;
}

export interface Listening {
  port: number;
  /** For clients on this machine, without a path. */
  url: string;
  /** Refuses new connections; resolves when the running answers have ended. */
  drain(): Promise<void>;
  /** Cuts whatever is still running. */
  stop(): Promise<void>;
  /** Can lift the idle limit of a request, whichever address it came in by. */
  server: Server<undefined>;
}

const ipv4Loopback = "127.0.0.1";
const ipv6Loopback = "::1";
/** The runtime's own limit answers without a body: ours, which explains itself, comes first. */
const runtimeMaxBody = Number.MAX_SAFE_INTEGER;
const runtimeMaxIdleSeconds = 255;

/** Listens on one address, and for 127.0.0.1 also on ::1 where there is one. Throws the runtime's error when the port is taken. */
export function listen({ host, port, idleSeconds, fetch }: ListenOptions): Listening {
  const open = (hostname: string, onPort: number) =>
    Bun.serve({
      hostname,
      port: onPort,
      development: false,
      reusePort: false,
      idleTimeout: Math.min(runtimeMaxIdleSeconds, idleSeconds),
      maxRequestBodySize: runtimeMaxBody,
      fetch,
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
