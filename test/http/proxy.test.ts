import { afterAll, describe, expect, test } from "bun:test";
import type { Socket } from "bun";
import { proxyFor, proxyHost } from "../../src/http/proxy.ts";

test.each([
  ["http://host:3128", "http://host:3128"],
  ["host:3128", "host:3128"],
  ["http://ada:secret@host:3128", "http://host:3128"],
  ["HTTP://ada:secret@host:3128/", "HTTP://host:3128/"],
  ["ada:secret@host:3128", "host:3128"],
  ["http://ada:s/cret@host:3128", "http://host:3128"],
  ["http://ada:s@cret/?#@host:3128", "http://host:3128"],
  ["socks5+h://ada:secret@host:1080", "socks5+h://host:1080"],
])("of the proxy %s only %s is told", (https_proxy, address) => {
  const proxy = proxyFor("https://q.us-east-1.amazonaws.com/", { https_proxy });
  expect(proxy).toEqual({ variable: "https_proxy", address });
  expect(proxy && proxyHost(proxy)).toMatch(/^host:\d+$/);
});

const http = { HTTP_PROXY: "http://h:1" };
const https = { HTTPS_PROXY: "http://p:1" };
const all = { ALL_PROXY: "http://a:1" };
test.each<[string, Record<string, string>, string | undefined]>([
  ["none without a variable", {}, undefined],
  ["none of a variable for http", http, undefined],
  ["what HTTPS_PROXY names", { ...https, ...http }, "HTTPS_PROXY"],
  ["what https_proxy names before that", { ...https, https_proxy: "http://q:2" }, "https_proxy"],
  ["what ALL_PROXY names after that", { ...http, ...all }, "ALL_PROXY"],
  ["none when all are in no_proxy", { ...https, no_proxy: "*" }, undefined],
])("the proxy of an https:// URL is %s", (_, environment, variable) => {
  expect(proxyFor("https://q.us-east-1.amazonaws.com/", environment)?.variable).toBe(variable);
});

describe("NO_PROXY exempts the hosts for which the runtime uses no proxy", () => {
  let visits = 0;
  const socket = {
    data() {},
    open(visitor: Socket) {
      visits++;
      visitor.end();
    },
  };
  const proxy = Bun.listen({ port: 0, hostname: "127.0.0.1", socket });
  afterAll(() => proxy.stop(true));
  const https_proxy = `http://127.0.0.1:${proxy.port}`;
  const script = "await fetch(process.argv[1]).catch(() => {});";
  const isProxied = async (url: string, NO_PROXY: string) => {
    const before = visits;
    await Bun.spawn([process.execPath, "-e", script, url], { env: { https_proxy, NO_PROXY } }).exited;
    return visits > before;
  };
  const localhost = "https://localhost:1/";

  test.each([
    [localhost, "other", true],
    [localhost, "localhost", false],
    [localhost, "LocalHost", false],
    [localhost, "localhost:1", false],
    [localhost, "localhost:2", true],
    [localhost, "localhost.", false],
    [localhost, ".localhost", false],
    [localhost, "*.localhost:1", false],
    [localhost, "other, localhost", false],
    [localhost, "other localhost", false],
    [localhost, "other\t*", false],
    [localhost, "ocalhost", true],
    [localhost, ",", true],
    ["https://localhost/", "localhost:443", false],
    ["https://localhost/", "localhost:8443", true],
    ["https://[::1]:1/", "::1", false],
    ["https://[::1]:1/", "[::1]", false],
    ["https://[::1]:1/", "[::1]:1", false],
    ["https://[::1]:1/", "[::1]:2", true],
  ])("%s with %j", async (url, exempt, expected) => {
    expect(proxyFor(url, { https_proxy, NO_PROXY: exempt }) !== undefined).toBe(expected);
    expect(await isProxied(url, exempt)).toBe(expected);
  });
});

test.each([
  ["amazonaws.com:443", false],
  [".amazonaws.com", false],
  ["*.amazonaws.com", false],
  ["azonaws.com", true],
  ["amazonaws.com:80", true],
])("with NO_PROXY=%s the service's host is behind the proxy: %j", (no_proxy, expected) => {
  const environment = { https_proxy: "http://proxy:3128", no_proxy };
  expect(proxyFor("https://q.us-east-1.amazonaws.com/", environment) !== undefined).toBe(expected);
});
