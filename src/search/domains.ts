import type { SearchOutcome, SearchRules } from "../turn/web-search.ts";

/** A search without what the client does not want to be shown: the service has no such setting. */
export function withinDomains(
  outcome: SearchOutcome,
  { allowedDomains, blockedDomains = [] }: SearchRules,
): SearchOutcome {
  if (outcome.type === "failed") return outcome;
  const results = outcome.results.filter(
    ({ url }) =>
      (!allowedDomains || allowedDomains.some((domain) => isUnder(url, domain))) &&
      !blockedDomains.some((domain) => isUnder(url, domain)),
  );
  return { type: "found", results };
}

/** Whether a page lies on a host or on one below it, and where the domain names a path, under that; `*` stands for any rest. */
function isUnder(url: string, domain: string): boolean {
  const page = URL.parse(url);
  const place = URL.parse(domain.includes("://") ? domain : `https://${domain}`);
  if (!page || !place) return false;
  const [host, base] = [hostOf(page), hostOf(place).replace(/^\*\./, "")];
  const [start = ""] = place.pathname.split("*");
  return (host === base || host.endsWith(`.${base}`)) && page.pathname.startsWith(start);
}

/** The dot behind a name means nothing. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/\.$/, "");
