import { brief } from "./brief.ts";

/** The statuses that `fetch` would follow by itself; any other one is an answer. */
const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A host sent a request elsewhere. The message, for the log, names the new host and the status. */
export class Redirected extends Error {
  override readonly name = "Redirected";
  /** The runtime's name for it. */
  readonly code = "UnexpectedRedirect";
}

/** The answer to a request for the URL; rejects with `Redirected`, unfollowed, when it leads elsewhere. */
export async function unlessRedirected(response: Response, url: string): Promise<Response> {
  if (!statuses.has(response.status)) return response;
  await response.body?.cancel();
  const host = hostIn(response.headers.get("location"), url) || "nowhere";
  throw new Redirected(`redirected to ${brief(host)} (${response.status})`);
}

const hostIn = (location: string | null, url: string): string | undefined =>
  location === null ? undefined : URL.parse(location, url)?.host;
