import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import { defaultRegion } from "../aws.ts";
import { BridgeError } from "../errors.ts";
import { createSecureFetch } from "../http/secure-fetch.ts";
import { startSimulator } from "../simulator/listen.ts";
import { userAgent } from "../version.ts";
import type { Service, ServiceOptions } from "./service.ts";

/** A few words at a time, as fast as a person reads. */
const paceMs = 25;

/** A simulated Amazon Q on a port of its own, and a login that it accepts. */
export function demoService({ clock, newId, secrets }: ServiceOptions): Service {
  const token = `demo-${newId()}`;
  secrets.learn("demo", [token]);
  const { url, stop } = startSimulator({ clock, accessTokens: [token], paceMs, keepRequests: 0 });
  return {
    fetch: createSecureFetch({ caCertificates: [], verify: true }),
    proxyOf: () => undefined,
    tokens: fixedToken({ value: token, expiresAt: null, profileArn: undefined }),
    userAgent,
    mask: secrets.mask,
    endpoint: () => url,
    oidcHost: () => null,
    optsOutOfSharing: async () => true,
    stop,
  };
}

function fixedToken(token: AccessToken): TokenSource {
  const get = async () => token;
  return {
    get,
    renew: get,
    refresh: get,
    status: async () => ({
      state: "ready",
      source: null,
      expiresAt: null,
      canRefresh: false,
      region: defaultRegion,
      profileArn: null,
      persisted: false,
      searched: [],
    }),
    set: async () => {
      throw new BridgeError(
        "invalid-request",
        "The demo has a login of its own; start without --demo to set yours.",
      );
    },
  };
}
