import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";

const maxAnswerBytes = 65_536;

/** How the login services are reached. */
export interface OidcService {
  /** Base URL of AWS SSO OIDC by AWS region. */
  endpoint: (region: string) => string;
  /** The same of Kiro's login service, for people who signed in with Google or GitHub. */
  socialEndpoint: (region: string) => string;
  fetch: Fetch;
  userAgent: string;
  /** For one try, from the request's start to the last byte of its answer. */
  timeoutMs: number;
}

export interface OidcAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Any answer of the service, whatever its status. Rejects with `busy` when there is none, `protocol` when it is too long. */
export async function postJson(
  url: string,
  body: Readonly<Record<string, string>>,
  { fetch, userAgent, timeoutMs }: Pick<OidcService, "fetch" | "userAgent" | "timeoutMs">,
  clock: Clock,
  authorization?: string,
): Promise<OidcAnswer> {
  const deadline = new AbortController();
  const cancelDeadline = clock.after(timeoutMs, () => deadline.abort());
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
      signal: deadline.signal,
    });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    const what = deadline.signal.aborted ? "did not answer in time" : "cannot be reached";
    throw unavailable(`Amazon's login service ${what}; try again.`, { cause });
  } finally {
    cancelDeadline();
  }
}

/** The overload that a status tells, with the time to wait that the service asks for. */
export function overload({ status, headers }: OidcAnswer, said = `${status}`): BridgeError {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const wait = seconds >= 1 ? { retryAfterSeconds: Math.min(Math.ceil(seconds), 60) } : {};
  return unavailable(`Amazon's login service is overloaded (${said}); try again.`, wait);
}

/** A failure that may be gone at the next try. */
export const unavailable = (message: string, details: { cause?: unknown; retryAfterSeconds?: number } = {}) =>
  new BridgeError("busy", message, { retryAfterSeconds: 5, ...details });

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxAnswerBytes)
      throw new BridgeError("protocol", "Amazon's login service answered at too great a length.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
