import { serviceEndpoint } from "../amazonq/endpoint.ts";
import { defaultRegion } from "../aws.ts";
import type { Surroundings } from "../base-folder.ts";
import type { Config } from "../config/options.ts";
import { UsageError } from "../config/usage-error.ts";
import { isSpoken, proxyFor } from "../http/proxy.ts";
import { loginEndpoint } from "./login-places.ts";

/**
 * Throws a UsageError where the environment names a proxy that no request could use: with any other exit code than that of
 * an invalid configuration, a service manager would restart the bridge every two seconds.
 */
export function requireUsableProxy(config: Config, { environment }: Surroundings): void {
  if (config.demo) return;
  const urls = [serviceEndpoint(config)(config.profileArn), loginEndpoint(config)(defaultRegion)];
  for (const url of urls) {
    const proxy = proxyFor(url, environment);
    if (proxy && !isSpoken(proxy))
      throw new UsageError(
        `${proxy.variable} names a proxy of a kind that is not supported (${proxy.address}); name an http:// proxy or unset it.`,
      );
  }
}
