import { isIP } from "node:net";
import { isLoopback } from "../../config/loopback.ts";
import { errorCode } from "../../error-code.ts";
import { certificateFault } from "../../http/certificate-fault.ts";
import { isSpoken, proxyFor } from "../../http/proxy.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";
import type { Facts, Probe, Subject } from "./subject.ts";

/** Whether the URL's host name has an address. */
export async function checkDns(
  url: string,
  { resolve, surroundings }: Pick<Subject, "resolve" | "surroundings">,
): Promise<Finding> {
  const { hostname } = new URL(url);
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) || isLoopback(bare)) return skipped(`${bare} needs no lookup`);
  if (proxyFor(url, surroundings.environment)) return skipped(`the proxy resolves ${bare}`);
  try {
    const addresses = await resolve(bare);
    return ok(`${bare} has ${addresses.length} ${addresses.length === 1 ? "address" : "addresses"}`);
  } catch (error) {
    return failed(
      `${bare} has no address (${errorCode(error)})`,
      "check the network, the VPN and the DNS server",
    );
  }
}

interface Fault {
  code: RegExp;
  said: string;
  remedy: string;
}

/** By the runtime's name for what went wrong with a connection; the first match counts. */
const faults: readonly Fault[] = [
  {
    code: certificateFault,
    said: "its certificate was not accepted",
    remedy: "behind a proxy that intercepts TLS, set AMAZONQ_CA_BUNDLE to the PEM file of its authority",
  },
  { code: /PROXY/i, said: "the HTTP proxy refused the connection", remedy: "check HTTPS_PROXY and NO_PROXY" },
  {
    code: /REDIRECT/i,
    said: "something on the way answers in its place",
    remedy: "open any page in a browser: the network may want you to sign in",
  },
  {
    code: /REFUSED/i,
    said: "it refuses connections",
    remedy: "check the firewall, and the endpoint if you have set one",
  },
  { code: /TIMEOUT/i, said: "it does not answer", remedy: "check the firewall and HTTPS_PROXY" },
];
const unknownFault = {
  said: "it cannot be reached",
  remedy: "check the network, the firewall and HTTPS_PROXY",
};

/** Whether anything answers at the URL; the reason tells faults of TCP, TLS and a proxy apart. */
export function describeProbe(url: string, probe: Probe): Finding {
  const { host } = new URL(url);
  if (probe.state === "answered") return ok(`${host} answers`);
  const { said, remedy } = faults.find(({ code }) => code.test(probe.code)) ?? unknownFault;
  return failed(`${host}: ${said} (${probe.code})`, remedy);
}

/** Which proxy the connections to Amazon go through. */
export async function checkProxy({ surroundings }: Subject, facts: Facts): Promise<Finding> {
  const urls = await Promise.all([facts.amazonQ(), facts.loginService()]);
  const found = urls.flatMap((url) => {
    const proxy = proxyFor(url, surroundings.environment);
    return proxy ? [{ ...proxy, host: new URL(url).host }] : [];
  });
  const [first] = found;
  if (first === undefined) return ok("none");
  const unusable = found.find((proxy) => !isSpoken(proxy));
  if (unusable)
    return failed(
      `${unusable.variable} names a proxy of a kind that is not supported (${unusable.address})`,
      `set ${unusable.variable} to an http:// proxy, or unset it`,
    );
  return ok(`${first.address} (${first.variable}) for ${found.map(({ host }) => host).join(" and ")}`);
}

export function checkVerification({ config, origins }: Subject): Finding {
  if (!config.sslVerify)
    return warning(
      `the certificates of Amazon's servers are not verified, as ${origins.sslVerify} asks`,
      `remove ${origins.sslVerify}`,
    );
  return ok(
    config.caBundle === undefined
      ? "certificates are verified"
      : `certificates are verified, also against ${config.caBundle}`,
  );
}

const skewSeconds = { warned: 60, failed: 300 };

/** Compares the computer's clock with the Date header of Amazon's answers. */
export async function checkClock({ surroundings }: Subject, facts: Facts): Promise<Finding> {
  const probes = await Promise.all([facts.probeAmazonQ(), facts.probeLoginService()]);
  const [skew] = probes.flatMap((probe) => (probe.state === "answered" ? (probe.skewSeconds ?? []) : []));
  if (skew === undefined) return skipped("no answer from Amazon to compare with");
  const seconds = Math.round(Math.abs(skew));
  if (seconds <= skewSeconds.warned) return ok("agrees with Amazon's");
  const said = `${seconds} seconds ${skew > 0 ? "ahead of" : "behind"} Amazon's`;
  const remedy = clockRemedies[surroundings.platform] ?? "timedatectl set-ntp true";
  return seconds > skewSeconds.failed ? failed(said, remedy) : warning(said, remedy);
}

const clockRemedies: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "sudo sntp -sS time.apple.com",
  win32: "w32tm /resync",
};
