import type { LoginKind, LoginStatus } from "../auth/token-source.ts";

/** How a user signed in, in Amazon's words. */
export const kindInWords: Readonly<Record<LoginKind, string>> = {
  "builder-id": "AWS Builder ID",
  "identity-center": "IAM Identity Center",
  social: "Google or GitHub",
  "api-key": "API key",
};

/** Whose login it is and of what kind. */
export function loginInWords({ source, kind }: Pick<LoginStatus, "source" | "kind">): string {
  const whose = source === "own file" ? "aqbridge's own" : (source ?? "none");
  return kind ? `${whose} (${kindInWords[kind]})` : whose;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** "in 42 minutes" or "3 days ago", in the largest unit of which there are at least two, else in seconds. */
export function fromNow(at: Date, now: number): string {
  const ms = at.getTime() - now;
  const [unit, size] = units.find(([, length]) => Math.abs(ms) >= 2 * length) ?? ["second", 1_000];
  // Created on use: it takes 4.5 MB, and every start loads this file.
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  return relative.format(Math.trunc(ms / size), unit);
}

/** The path with `~` for the home directory. */
export const inHome = (path: string, home: string | undefined): string =>
  home && (path === home || path.startsWith(`${home}/`) || path.startsWith(`${home}\\`))
    ? `~${path.slice(home.length)}`
    : path;
