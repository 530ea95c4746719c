import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import type { TokenSource } from "../../../src/auth/token-source.ts";
import type { Fetch } from "../../../src/http/fetch.ts";
import { createSecureFetch } from "../../../src/http/secure-fetch.ts";
import type { Rig as Login } from "../../auth/rig.ts";
import { type Rig, startRig } from "./rig.ts";

const refreshed = Array.from({ length: 9 }, (_, index) => `aoa-refreshed-${index + 1}`);

interface Serving {
  tokens?: TokenSource;
  /** Before each request to the service. */
  onRequest?: () => void;
}

/** The real server with the real source of tokens; the service takes whatever that may give. */
export function serve(login: Login, { tokens = login.source, onRequest = () => {} }: Serving = {}): Rig {
  const send = createSecureFetch({ caCertificates: [], verify: true });
  const fetch: Fetch = (url, init) => {
    onRequest();
    return send(url, init);
  };
  const accessTokens = ["aoa-cli-access", "aoa-own", "aoa-other", ...refreshed];
  const before = temporaryFiles(login);
  const left = () => temporaryFiles(login).filter((name) => !before.includes(name));
  return startRig({ tokens, simulator: { accessTokens }, fetch: () => fetch, left });
}

/** Files that are written before they take the place of another, and private copies of databases. */
const temporaryFiles = ({ folder }: Login): string[] => [
  ...readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp")),
  ...readdirSync(tmpdir()).filter((name) => /^aqbridge-[^-]{6}$/.test(name)),
];

/** The tokens that the service has seen, each once. */
export const tokensUsed = ({ simulator }: Rig): string[] => {
  const bearers = simulator.requests.map(({ headers }) => headers["authorization"] ?? "");
  return [...new Set(bearers)].map((bearer) => bearer.replace("Bearer ", ""));
};

/** With a token that is dead, so that the next request needs another. */
export const expired = (login: Login) => login.cli.login({ expires_at: login.fromNow(-1) });
