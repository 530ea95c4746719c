import { brief } from "./brief.ts";

/** Where `fetch` would go on by itself; any other status is an answer. */
const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A host has sent a request elsewhere. Its message is for the log: it says to what host, and with what status. */
export class Redirected extends Error {
  override readonly name = "Redirected";
  /** The runtime's name for it. */
  readonly code = "UnexpectedRedirect";
}

/** The answer to a request for the URL; rejects with `Redirected` when it leads elsewhere, and nobody goes there. */
export async function unlessRedirected(response: Response, url: string): Promise<Response> {
  if (!statuses.has(response.status)) return response;
  await response.body?.cancel();
  const host = hostIn(response.headers.get("location"), url) || "nowhere";
  throw new Redirected(`redirected to ${brief(host)} (${response.status})`);
}

const hostIn = (location: string | null, url: string): string | undefined =>
  location === null ? undefined : URL.parse(location, url)?.host;
