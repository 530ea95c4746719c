import { afterAll, describe, expect, test } from "bun:test";
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
])("of the proxy %s nobody hears but %s", (https_proxy, address) => {
  const proxy = proxyFor("https://q.us-east-1.amazonaws.com/", { https_proxy });
  expect(proxy).toEqual({ variable: "https_proxy", address });
  expect(proxy && proxyHost(proxy)).toMatch(/^host:\d+$/);
});

describe("what NO_PROXY exempts is what the runtime takes no proxy for", () => {
  const proxy = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("proxied") });
  afterAll(() => proxy.stop(true));
  const http_proxy = `http://127.0.0.1:${proxy.port}`;
  const script = `const answer = await fetch(process.argv[1]).then((a) => a.text(), () => "");
    await Bun.write(Bun.stdout, String(answer === "proxied"));`;
  const isProxied = async (url: string, NO_PROXY: string) => {
    const command = [process.execPath, "-e", script, url];
    return (
      (await Bun.spawn(command, { env: { http_proxy, NO_PROXY }, stdout: "pipe" }).stdout.text()) === "true"
    );
  };
  const localhost = "http://localhost:1/";

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
    ["http://localhost/", "localhost:80", false],
    ["http://localhost/", "localhost:8080", true],
    ["http://[::1]:1/", "::1", false],
    ["http://[::1]:1/", "[::1]", false],
    ["http://[::1]:1/", "[::1]:1", false],
    ["http://[::1]:1/", "[::1]:2", true],
  ])("%s with %j", async (url, exempt, expected) => {
    expect(proxyFor(url, { http_proxy, NO_PROXY: exempt }) !== undefined).toBe(expected);
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
