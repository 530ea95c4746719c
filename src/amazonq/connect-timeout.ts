import type { Clock } from "../clock.ts";
import { inUrl } from "../http/addresses.ts";
import { late, within } from "../http/alarm.ts";
import { type Address, addressOf, type OpenConnection } from "../http/connection.ts";
import type { Fetch } from "../http/fetch.ts";
import { joinedSignal } from "../http/joined-signal.ts";
import type { ProxyOf } from "../http/proxy.ts";
import { ServiceError } from "./recovery/service-error.ts";

interface ConnectTimeoutOptions {
  clock: Clock;
  /** How long a connection may take, and how long a request may go unanswered before one is tried. */
  timeoutMs: number;
  open: OpenConnection;
  proxyOf: ProxyOf;
}

/**
 * The same fetch, but giving up on a host that accepts no connection. The runtime cannot tell such a host from a service
 * that is thinking, so while a request is unanswered a bare connection is tried, one for all requests to the same address.
 */
export function withConnectTimeout(fetch: Fetch, options: ConnectTimeoutOptions): Fetch {
  const { clock, timeoutMs, proxyOf } = options;
  const answers = createProbe(options);

  return async (url, init) => {
    const giveUp = new AbortController();
    let isAnswered = false;
    const cancel = clock.after(timeoutMs, async () => {
      const address = addressOf(url, proxyOf);
      if (!address || (await answers(address)) || isAnswered) return;
      giveUp.abort(unreachable(address, timeoutMs));
    });
    try {
      const signal = init.signal ? joinedSignal(init.signal, giveUp.signal).signal : giveUp.signal;
      return await fetch(url, { ...init, signal });
    } finally {
      isAnswered = true;
      cancel();
    }
  };
}

/**
 * Whether an address answers a connection in time; whoever asks during a try shares it. A refusal is an answer too: the
 * request will get it itself. A failure of our own says nothing about the address.
 */
function createProbe({ clock, timeoutMs, open }: ConnectTimeoutOptions) {
  const tries = new Map<string, Promise<boolean>>();

  const probe = async (address: Address): Promise<boolean> => {
    const deadline = new AbortController();
    const ended = open(address, deadline.signal).catch(() => {});
    const outcome = await within(clock, timeoutMs, ended);
    deadline.abort();
    return outcome !== late;
  };

  return (address: Address): Promise<boolean> => {
    const key = nameOf(address);
    const found = tries.get(key) ?? probe(address).finally(() => tries.delete(key));
    tries.set(key, found);
    return found;
  };
}

const nameOf = ({ host, port }: Address): string => `${inUrl(host)}:${port}`;

/** Another request may reach another of the host's addresses. */
const unreachable = (address: Address, timeoutMs: number): ServiceError =>
  new ServiceError(
    { retry: "glitch" },
    "timeout",
    `${nameOf(address)} takes no connection within ${timeoutMs / 1000} s; check network, VPN, firewall and proxy.`,
    {
      code: "upstream_timeout",
      severity: "error",
      cause: new Error(`connection: none to ${nameOf(address)}`),
    },
  );
