import { BridgeError, type ErrorKind } from "../../errors.ts";
import { cutShort, damaged } from "../../eventstream/damaged.ts";
import { certificateFault } from "../../http/certificate-fault.ts";
import { Redirected } from "../../http/redirect.ts";
import type { RetryClass } from "../recovery/retry.ts";
import { remediable, ServiceError } from "../recovery/service-error.ts";

interface ConnectionRule {
  codes: RegExp;
  kind: ErrorKind;
  code: string;
  retry?: RetryClass;
  says: (code: string) => string;
}

/** Reasons why an answer does not even begin, by the runtime's names for them; the first match wins. */
const rules: readonly ConnectionRule[] = [
  {
    codes: certificateFault,
    kind: "unreachable",
    code: "upstream_tls_error",
    says: (code) =>
      `Amazon Q's certificate was not accepted (${code}); behind a TLS proxy name its authority in AMAZONQ_CA_BUNDLE.`,
  },
  {
    codes: /PROXY/i,
    kind: "unreachable",
    code: "proxy_error",
    says: (code) => `The HTTP proxy refused the connection to Amazon Q (${code}); check HTTPS_PROXY.`,
  },
  {
    codes: /REDIRECT/i,
    kind: "protocol",
    code: "upstream_protocol_error",
    says: () => "Amazon Q's address answers with a redirect, which is not followed; check AMAZONQ_ENDPOINT.",
  },
  {
    codes: /HTTP|Headers/,
    kind: "protocol",
    code: "upstream_protocol_error",
    retry: "transient",
    says: (code) =>
      `Whatever answered in place of Amazon Q does not speak HTTP (${code}); check the network.`,
  },
];

const unreachable: Omit<ConnectionRule, "codes"> = {
  kind: "unreachable",
  code: "upstream_unreachable",
  retry: "transient",
  says: (code) => `Amazon Q cannot be reached (${code}); check the network and try again.`,
};

/** What the runtime throws when there is no answer, as a failure of ours. TLS, proxy and redirect failures are not retried. */
export function connectionFailure(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const found = codeOf(error);
  const { kind, code, says, retry } = rules.find(({ codes }) => codes.test(found)) ?? unreachable;
  const cause = error instanceof Redirected ? error : new Error(`connection: ${found}`);
  return new ServiceError({ ...(retry && { retry }) }, kind, says(found), { code, cause });
}

/** The runtime's names for a connection that delivers garbage: invalid chunks or compressed data. */
const garbled = /HTTP|Zlib/i;

/** What the runtime throws when a body breaks off, as a failure of ours. */
export function brokenOff(error: Error): ServiceError {
  const code = codeOf(error);
  const failure = garbled.test(code) ? damaged : cutShort;
  return remediable({ retry: "transient" }, failure(`connection broke (${code})`));
}

/** The runtime's name for what went wrong with a connection. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
};
