import { codeOf } from "../error-code.ts";
import type { Fetch } from "./fetch.ts";
import { type ProxyOf, type ProxyServer, proxyHost } from "./proxy.ts";

/** A proxy kept a request from its host. `code` is the runtime's name for the reason, or the proxy's status. */
export class ProxyFailure extends Error {
  override readonly name = "ProxyFailure";
  readonly code: string;
  readonly proxy: ProxyServer;

  constructor(proxy: ProxyServer, why: string) {
    super(`the proxy ${proxyHost(proxy)} (${proxy.variable}) failed: ${why}`);
    this.code = `proxy: ${why}`;
    this.proxy = proxy;
  }
}

/** For the person whose request has not reached `addressee`. */
export const proxyAdvice = ({ proxy, code }: ProxyFailure, addressee: string): string =>
  `The HTTP proxy ${proxyHost(proxy)} let nothing through to ${addressee} (${code}); check ${proxy.variable}.`;

/** What is a proxy's fault where there is one; a reset may be the host's. */
const proxyCodes =
  /PROXY|^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|FailedToOpenSocket)$/i;

/** The same fetch, with rejections that tell a failed proxy from a failed host. */
export const throughProxy =
  (fetch: Fetch, proxyOf: ProxyOf): Fetch =>
  (url, init) =>
    fetch(url, init).catch((error: unknown) => {
      const why = codeOf(error) ?? "";
      const proxy = proxyCodes.test(why) ? proxyOf(url) : undefined;
      throw proxy ? new ProxyFailure(proxy, statusOf(error) ?? why) : error;
    });

const statusOf = (error: unknown): string | undefined =>
  error instanceof Error && "status" in error && typeof error.status === "number"
    ? String(error.status)
    : undefined;
