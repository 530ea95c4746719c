import { createRegistry, type Registry } from "./registry.ts";
import { requestMetrics } from "./requests.ts";

/** What the bridge counts; it outlives a change of the configuration. */
export interface Metrics extends ReturnType<typeof createMetrics> {}

export function createMetrics(registry: Registry = createRegistry()) {
  const refreshes = registry.counter("aqbridge_login_refreshes_total", "Refreshes of the login, by outcome.");
  const strays = registry.counter("aqbridge_stray_failures_total", "Failures outside of any request.");
  return {
    gauge: registry.gauge,
    total: registry.total,
    text: registry.text,
    requests: requestMetrics(registry),
    refreshed: (outcome: "ok" | "failed") => refreshes.add(1, { outcome }),
    strayed: () => strays.add(1),
  };
}
