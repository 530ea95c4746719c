import { rootCertificates } from "node:tls";
import type { Fetch } from "./fetch.ts";

export interface TlsTrust {
  /** PEM texts trusted besides the built-in authorities. */
  caCertificates: readonly string[];
  /** False only as the user's explicit wish, for debugging. */
  verify: boolean;
}

/**
 * A fetch for hosts that are given secrets. Verification is asked for in every call, since a stray
 * NODE_TLS_REJECT_UNAUTHORIZED would switch it off without a word; redirects are refused, as the runtime would send
 * the body again to another origin; the runtime's own idle timer is off, because the caller watches the time.
 */
export function createSecureFetch({ caCertificates, verify }: TlsTrust): Fetch {
  const tls = {
    rejectUnauthorized: verify,
    ...(caCertificates.length > 0 && { ca: [...rootCertificates, ...caCertificates] }),
  };
  return (url, init) => fetch(url, { ...init, redirect: "error", timeout: false, tls });
}
