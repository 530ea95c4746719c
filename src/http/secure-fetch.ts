import type { Fetch } from "./fetch.ts";
import type { ProxyOf } from "./proxy.ts";
import { throughProxy } from "./proxy-failure.ts";
import { unlessRedirected } from "./redirect.ts";

export interface TlsTrust {
  /** PEM texts trusted besides the built-in authorities. */
  caCertificates: readonly string[];
  /** False only as the user's explicit wish, for debugging. */
  verify: boolean;
}

interface SecureFetchOptions extends TlsTrust {
  /** The proxies that the runtime takes by itself, for failures to name them; `none` has it take none. */
  proxyOf?: ProxyOf | "none";
}

/**
 * A fetch for hosts that are given secrets. Verification is asked for in every call, since a stray
 * NODE_TLS_REJECT_UNAUTHORIZED would switch it off without a word; redirects are failures, as the runtime would send
 * the body again to another origin; the runtime's own idle timer is off, because the caller watches the time.
 */
export function createSecureFetch({ caCertificates, verify, proxyOf }: SecureFetchOptions): Fetch {
  const tls = {
    rejectUnauthorized: verify,
    ...(caCertificates.length > 0 && { ca: [...builtInCertificates(), ...caCertificates] }),
  };
  // Of all ways to say so the one that the runtime obeys, though its types do not have it.
  const route: object = proxyOf === "none" ? { proxy: false } : {};
  const secure: Fetch = async (url, init) =>
    unlessRedirected(await fetch(url, { ...init, ...route, ...always, tls }), url);
  return typeof proxyOf === "function" ? throughProxy(secure, proxyOf) : secure;
}

/** Whatever the environment says: BUN_CONFIG_VERBOSE_FETCH has the runtime print each request, its token too. */
const always = { redirect: "manual", timeout: false, verbose: false } as const;

/** Loaded late: the module brings the streams along, which take 2 ms of a start. */
const builtInCertificates = () => process.getBuiltinModule("node:tls").rootCertificates;
