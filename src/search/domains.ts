import type { SearchOutcome, SearchRules } from "../turn/web-search.ts";

/** A search without the pages that the client does not want; the service has no such setting. */
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

/** Whether a page is on the domain's host or a subdomain, and under its path if it names one; `*` matches any rest. */
function isUnder(url: string, domain: string): boolean {
  const page = URL.parse(url);
  const place = URL.parse(domain.includes("://") ? domain : `https://${domain}`);
  if (!page || !place) return false;
  const [host, base] = [hostOf(page), hostOf(place).replace(/^\*\./, "")];
  const [start = ""] = place.pathname.split("*");
  return (host === base || host.endsWith(`.${base}`)) && page.pathname.startsWith(start);
}

/** A trailing dot means nothing. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/\.$/, "");
