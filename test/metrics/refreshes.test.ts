import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { until } from "../support/event-loop.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startOidc } from "../support/oidc.ts";
import { figure, readExposition } from "./exposition.ts";

test.each([
  ["ok", "aor-old", { ok: 1, failed: undefined }],
  ["failed", "aor-of-another", { ok: undefined, failed: 1 }],
])("a refresh that ends %s is counted so; `settled` waits for it", async (_, honoured, expected) => {
  const folder = temporaryFolder();
  const ownFile = join(folder, "amazonq_credentials.json");
  const login = { client_id: "id", client_secret: "secret", refresh_token: "aor-old" };
  writeFileSync(ownFile, JSON.stringify(login), { mode: 0o600 });
  const oidc = startOidc(honoured);
  const metrics = createMetrics();
  const tokens = openTokenSource({
    ownFile,
    cliDatabase: undefined,
    kiroDatabases: [],
    kiroIdeFile: undefined,
    kiroApiKey: undefined,
    writesBack: false,
    oidc: oidc.service,
    clock: systemClock,
    log: silentLog,
    marginSeconds: 300,
    onRefresh: metrics.refreshed,
  });
  try {
    const refreshed = tokens.refresh().catch(() => {});
    await until(() => oidc.calls.length === 1);
    await tokens.settled();
    const families = readExposition(metrics.text());
    const count = (outcome: string) => figure(families, "aqbridge_login_refreshes_total", { outcome });
    expect({ ok: count("ok"), failed: count("failed") }).toEqual(expected);
    await refreshed;
  } finally {
    await oidc.stop();
  }
});
