import { expect, test } from "bun:test";
import { certificate } from "../support/certificate.ts";
import { configPath, load } from "../support/config.ts";

test("each value is known to come from a flag, a variable, the file or the default", () => {
  const { origins } = load({
    arguments: { port: "1" },
    environment: { AQBRIDGE_HOST: "::1", AQBRIDGE_PORT: "2", DISABLE_SSL_VERIFY: "1" },
    files: { [configPath]: { logging: { level: "warn", enabled: "" }, server: { port: 3 } } },
  });
  expect(origins).toMatchObject({
    port: "--port",
    host: "AQBRIDGE_HOST",
    sslVerify: "DISABLE_SSL_VERIFY",
    logLevel: `logging.level in ${configPath}`,
    logEnabled: "default",
    apiKey: "default",
  });
});

test("that certificates are verified comes from their bundle where a variable would have it otherwise", () => {
  const environment = { DISABLE_SSL_VERIFY: "1", AWS_CA_BUNDLE: "/ca.pem" };
  const { config, origins } = load({ environment, files: { "/ca.pem": certificate } });
  expect(config.sslVerify).toBe(true);
  expect(origins.sslVerify).toBe("AWS_CA_BUNDLE");
});

test("a file that others can change is warned about, unless there is nothing in it", () => {
  const warningsOf = (files: Record<string, unknown>) => load({ files, isForeign: () => true }).warnings;
  expect(warningsOf({ [configPath]: { server: { port: 1 } } })).toEqual([
    expect.stringMatching(/^Others can change /),
  ]);
  expect([...warningsOf({ [configPath]: {} }), ...warningsOf({})]).toEqual([]);
});

test.each([
  [true, { server: { api_key: "a-key" } }, 1],
  [false, { server: { api_key: "a-key" } }, 0],
  [true, { server: { port: 1 } }, 0],
])(
  "a key in a file that others can read (%j) with %j gives %d warnings, none of which repeats it",
  (shared, content, count) => {
    const isShared = (path: string) => path === configPath && shared;
    const { warnings } = load({ files: { [configPath]: content }, isShared });
    expect(warnings).toHaveLength(count);
    expect(warnings.join()).not.toContain("a-key");
  },
);
