import type { Fetch } from "./fetch.ts";
import type { ProxyOf } from "./proxy.ts";
import { throughProxy } from "./proxy-failure.ts";
import { unlessRedirected } from "./redirect.ts";

interface TlsTrust {
  /** PEM texts trusted besides the built-in authorities. */
  caCertificates: readonly string[];
  /** False only at the user's explicit wish, for debugging. */
  verify: boolean;
}

interface SecureFetchOptions extends TlsTrust {
  /** The proxies that the runtime uses by itself, for failures to name. */
  proxyOf?: ProxyOf;
}

/**
 * A fetch for hosts that are sent secrets. Every call asks for verification, since a stray NODE_TLS_REJECT_UNAUTHORIZED
 * would silently switch it off; redirects are failures, as the runtime would send the body to another origin; `http://`
 * is this machine and goes past any proxy, which would be sent the secrets in the clear; the runtime's own idle timer is
 * off, as the caller watches the time.
 */
export function createSecureFetch({ caCertificates, verify, proxyOf }: SecureFetchOptions): Fetch {
  const tls = {
    rejectUnauthorized: verify,
    ...(caCertificates.length > 0 && { ca: [...builtInCertificates(), ...caCertificates] }),
  };
  const secure: Fetch = async (url, init) =>
    unlessRedirected(await fetch(url, { ...init, ...routeTo(url), ...always, tls }), url);
  return proxyOf ? throughProxy(secure, proxyOf) : secure;
}

/** The one way to go past a proxy that the runtime obeys, though its types lack it. */
const routeTo = (url: string): object => (url.startsWith("http:") ? { proxy: false } : {});

/** Whatever the environment says: BUN_CONFIG_VERBOSE_FETCH would make the runtime print each request with its token. */
const always = { redirect: "manual", timeout: false, verbose: false } as const;

/** Loaded late: the module loads the streams too, which take 2 ms of a start. */
const builtInCertificates = () => process.getBuiltinModule("node:tls").rootCertificates;
