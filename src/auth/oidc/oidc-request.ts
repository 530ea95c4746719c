import type { Clock } from "../../clock.ts";
import { errorCode } from "../../error-code.ts";
import { BridgeError } from "../../errors.ts";
import { boundedText } from "../../http/bounded-text.ts";
import { certificateFault } from "../../http/certificate-fault.ts";
import type { Fetch } from "../../http/fetch.ts";
import { joinedSignal } from "../../http/joined-signal.ts";
import { ProxyFailure, proxyAdvice } from "../../http/proxy-failure.ts";
import type { JsonObject } from "../../json.ts";

const maxAnswerBytes = 65_536;

/** How the login services are reached. */
export interface OidcService {
  /** Base URL of AWS SSO OIDC by AWS region. */
  endpoint: (region: string) => string;
  /** The same for Kiro's login service, where people sign in with Google or GitHub. */
  socialEndpoint: (region: string) => string;
  fetch: Fetch;
  userAgent: string;
  /** For one try, from the request's start to the last byte of its answer. */
  timeoutMs: number;
}

/** Who is asked, as messages call it. */
type Addressee = "Amazon's login service" | "Kiro's login service" | "Amazon Q";

/** What a request takes besides its address and its body. */
export interface PostOptions extends Pick<OidcService, "fetch" | "userAgent" | "timeoutMs"> {
  addressee: Addressee;
  clock: Clock;
  authorization?: string;
  /** Ends a request under way, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface OidcAnswer {
  addressee: Addressee;
  status: number;
  headers: Headers;
  text: string;
}

/** Any answer of the service, whatever its status. Rejects with `busy` without one, `protocol` when it is too long. */
export async function postJson(url: string, body: JsonObject, options: PostOptions): Promise<OidcAnswer> {
  const { addressee, fetch, userAgent, timeoutMs, clock, authorization, signal: asked } = options;
  const deadline = new AbortController();
  const cancelDeadline = clock.after(timeoutMs, () => deadline.abort());
  const { signal, release } = joinedSignal(deadline.signal, ...(asked ? [asked] : []));
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "accept-encoding": "identity",
        "user-agent": userAgent,
        ...(authorization !== undefined && { authorization }),
      },
      body: JSON.stringify(body),
      redirect: "error",
      signal,
    });
    const text = await boundedText(response, maxAnswerBytes);
    if (text !== undefined) return { addressee, status: response.status, headers: response.headers, text };
  } catch (cause) {
    if (asked?.aborted) throw asked.reason;
    throw unavailable(whyNoAnswer(addressee, cause, deadline.signal.aborted), { cause });
  } finally {
    cancelDeadline();
    release();
  }
  throw new BridgeError("protocol", `${addressee} sent too long an answer; check the network and try again.`);
}

function whyNoAnswer(addressee: Addressee, cause: unknown, isLate: boolean): string {
  if (isLate) return `${addressee} did not answer in time; check the network and try again.`;
  if (cause instanceof ProxyFailure) return proxyAdvice(cause, addressee);
  const code = errorCode(cause);
  return certificateFault.test(code)
    ? `The certificate of ${addressee} was not accepted (${code}); behind a TLS proxy name its authority in AMAZONQ_CA_BUNDLE.`
    : `${addressee} cannot be reached; check the network and try again.`;
}

/** An answer's `error` member; empty for anything but the name of an error. */
export const errorIn = ({ error }: JsonObject): string =>
  typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? error : "";

/** Whether a status says nothing against the request itself. */
export const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** A failure that may be gone by the next try. */
export const unavailable = (message: string, details: { cause?: unknown; retryAfterSeconds?: number } = {}) =>
  new BridgeError("busy", message, { retryAfterSeconds: 5, ...details });
