import { describe, expect, test } from "bun:test";
import { certificate } from "../support/certificate.ts";
import { configPath, load, loadFile } from "../support/config.ts";

test("the original program's config.json is understood as a whole", () => {
  const { config, warnings } = loadFile({
    logging: {
      enabled: false,
      level: "INFO",
      log_requests: true,
      log_responses: false,
      log_token_refresh: true,
      max_log_length: 300,
    },
    performance: { stream_chunk_size: 1024, buffer_max_size: 10240, token_refresh_margin_seconds: 120 },
    ssl: { verify_oidc: true, ca_bundle: "" },
  });
  expect(config).toMatchObject({
    logEnabled: false,
    logLevel: "info",
    logRequests: true,
    logResponses: false,
    logTokenRefresh: true,
    maxLogLength: 300,
    streamChunkSize: 1024,
    bufferMaxSize: 10240,
    tokenRefreshMarginSeconds: 120,
    sslVerify: true,
    caBundle: undefined,
    caCertificates: [],
  });
  expect(warnings).toEqual([expect.stringContaining("performance.buffer_max_size is 10240")]);
});

test.each([
  ["DEBUG", "debug"],
  ["Info", "info"],
  ["WARNING", "warn"],
  ["ERROR", "error"],
  ["CRITICAL", "error"],
  ["warn", "warn"],
  ["silent", "silent"],
] as const)("the level %s means %s", (level, expected) => {
  expect(loadFile({ logging: { level } }).config.logLevel).toBe(expected);
});

describe("certificates", () => {
  type Case = [title: string, environment: Record<string, string>, ssl: object, verify: boolean];
  const cases: Case[] = [
    ["are verified by default", {}, {}, true],
    ["are not with DISABLE_AMAZONQ_SSL_VERIFY=1", { DISABLE_AMAZONQ_SSL_VERIFY: "1" }, {}, false],
    ["are not with DISABLE_OIDC_SSL_VERIFY=true", { DISABLE_OIDC_SSL_VERIFY: "true" }, {}, false],
    ["are not with DISABLE_SSL_VERIFY=Yes", { DISABLE_SSL_VERIFY: "Yes" }, {}, false],
    ["are not with AMAZONQ_SSL_VERIFY=0", { AMAZONQ_SSL_VERIFY: "0" }, {}, false],
    ["are not with OIDC_SSL_VERIFY=off", { OIDC_SSL_VERIFY: "off" }, {}, false],
    ["are not with ssl.verify_oidc false", {}, { verify_oidc: false }, false],
    ["are not with ssl.verify false", {}, { verify: false }, false],
    ["follow ssl.verify_oidc before ssl.verify", {}, { verify: false, verify_oidc: true }, true],
    ["follow a variable before config.json", { AMAZONQ_SSL_VERIFY: "1" }, { verify_oidc: false }, true],
    [
      "follow a disabling variable before a verifying one",
      { DISABLE_SSL_VERIFY: "on", AMAZONQ_SSL_VERIFY: "1" },
      {},
      false,
    ],
    [
      "do not follow a disabling variable that is 0",
      { DISABLE_AMAZONQ_SSL_VERIFY: "0", OIDC_SSL_VERIFY: "no" },
      {},
      false,
    ],
    [
      "follow the first disabling variable alone",
      { DISABLE_AMAZONQ_SSL_VERIFY: "0", DISABLE_SSL_VERIFY: "1" },
      {},
      true,
    ],
  ];
  test.each(cases)("%s", (_, environment, ssl, verify) => {
    expect(load({ environment, files: { [configPath]: { ssl } } }).config.sslVerify).toBe(verify);
  });

  test("are verified with a CA bundle even when verification is switched off, with a warning", () => {
    const { config, warnings } = load({
      environment: { AWS_CA_BUNDLE: "/ca.pem", DISABLE_AMAZONQ_SSL_VERIFY: "1" },
      files: { "/ca.pem": certificate },
    });
    expect(config.sslVerify).toBe(true);
    expect(warnings).toEqual([expect.stringContaining("/ca.pem")]);
  });

  test("of a bundle are read one by one, whatever stands between them", () => {
    const bundle = `# Issuer: one\n${certificate}\n# Issuer: two\r\n${certificate}`;
    const { config } = load({ environment: { AMAZONQ_CA_BUNDLE: "/ca.pem" }, files: { "/ca.pem": bundle } });
    expect(config.caCertificates).toEqual([certificate.trim(), certificate.trim()]);
  });
});
